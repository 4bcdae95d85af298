/**
 * The ways in which an answer is carried: as it is read in JavaScript, passed on natively, made event by event, or
 * complete before it is sent. What holds for an answer must hold for each.
 */
import type { GatewaySettings } from './settings.ts'

export type Carriage = {
  readonly name: 'relayed' | 'native' | 'events' | 'whole' | 'whole, rewritten'
  readonly stream: boolean
  readonly settings: Pick<GatewaySettings, 'onHangUp' | 'rewrite'>
}

export const relayed: Carriage = { name: 'relayed', stream: true, settings: {} }
export const native: Carriage = { name: 'native', stream: true, settings: { onHangUp: 'finish' } }
export const events: Carriage = { name: 'events', stream: true, settings: { rewrite: 'pass' } }
export const whole: Carriage = { name: 'whole', stream: false, settings: {} }
export const wholeRewritten: Carriage = {
  name: 'whole, rewritten',
  stream: false,
  settings: { onHangUp: 'finish', rewrite: 'upper' },
}

export const streams: readonly Carriage[] = [relayed, native, events]
export const carriages: readonly Carriage[] = [...streams, whole, wholeRewritten]
