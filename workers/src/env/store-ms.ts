/**
 * How long one question to the store may take, out of the environment's text. A Redis that is near answers within
 * milliseconds; one that is far away, or a machine with much else to do, wants more than the default.
 */

import type { NearsideOptions } from '../options/options.ts'
import { defaultDeadlines } from '../options/resolve-options.ts'
import { wrong } from './words.ts'

type Settings = Readonly<Record<'NEARSIDE_STORE_MS', string>>

/** What is done behind an answer must end while the isolate still lives. */
const [leastMs, mostMs] = [100, 10_000]

export function storeMsOf({ NEARSIDE_STORE_MS: given }: Settings): number {
  if (given === '') return defaultDeadlines.storeMs
  const ms = /^\d{3,5}$/.test(given) ? Number(given) : 0
  if (ms < leastMs || ms > mostMs)
    throw wrong('NEARSIDE_STORE_MS', `is whole milliseconds from ${leastMs} to ${mostMs}`)
  return ms
}

export function readDeadlines(settings: Settings): Pick<NearsideOptions, 'deadlines'> {
  return settings.NEARSIDE_STORE_MS === '' ? {} : { deadlines: { storeMs: storeMsOf(settings) } }
}
