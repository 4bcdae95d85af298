/**
 * The one gate in front of everything that leaves: each outgoing fetch and each store write passes here and is
 * compared, level with zone.
 *
 * The decision has already kept to the same rule. The gate does not trust it: a retry, a fallback or a feature of
 * next year may forget to ask, and what may never happen is then refused here, before a byte is out.
 */
import { mayGo, NearsideError, type Privacy, type Zone } from '@nearside/core'

export function passGate(privacy: Privacy, zone: Zone): void {
  if (mayGo(privacy, zone)) return
  throw new NearsideError(
    'privacy-refused',
    `This request is marked ${privacy.level} and may not go to ${zone}. Nothing was sent.`,
  )
}
