/** What a task took and how it fared, as words for people. */
import { nanoPerUsd } from '@nearside/core'
import type { Measured } from '../../eval/designs/measure-design.ts'

export function usdOf({ chargedNano, tasks }: Measured): number {
  return chargedNano / nanoPerUsd / tasks
}

/** In dollars a task. */
export function usdText(measured: Measured): string {
  return `$${usdOf(measured).toFixed(4)}`
}

/** In joules of the device a task. */
export function jouleText({ deviceMillijoules, tasks }: Measured): string {
  return `${Math.round(deviceMillijoules / 1_000 / tasks)} J`
}

export function tokenText({ peakDeviceTokens }: Measured): string {
  return peakDeviceTokens.toLocaleString('en')
}

/** With its interval at 95 %. */
export function shareText({ success, successInterval: [low, high] }: Measured): string {
  return `${success.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}
