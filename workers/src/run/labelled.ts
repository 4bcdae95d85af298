/** Hands an answer that has begun to whoever labels traffic, where the host has somebody who does. */
import type { Signals } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { Purse } from '../purse/purse.ts'
import type { Served } from './served.ts'

export type RunLabelling = (call: Call, signals: Signals, served: Served, purse: Purse, desk: Desk) => Served

export function labelled(
  { call, signals, purse }: { readonly call: Call; readonly signals: Signals; readonly purse: Purse },
  served: Served,
  desk: Desk,
): Served {
  const { labelling } = desk.options
  return labelling === null ? served : (labelling.run as RunLabelling)(call, signals, served, purse, desk)
}
