/**
 * Where text can go, and who may send it there.
 *
 * Every place has a declared zone. `premises` is the operator's own ground; `gateway` is the memory of the
 * gateway itself; everything else belongs to a provider, named or known by its host. A level says how far a
 * text may travel. `mayGo` is the whole rule; the gate in front of every fetch and store write only asks it.
 */
export type Zone = 'premises' | 'gateway' | `provider:${string}`

/** From the loosest to the strictest. */
export const privacyLevels = ['public', 'sensitive', 'contractual', 'never-leave'] as const
export type PrivacyLevel = (typeof privacyLevels)[number]

export type Privacy = {
  readonly level: PrivacyLevel
  /** The providers named in the contract, for `contractual`. */
  readonly providers: readonly string[]
  /** A `sensitive` text that no provider may have, because it cannot be redacted or the rules say so. @default false */
  readonly confined?: boolean
}

export function strictest(...levels: readonly PrivacyLevel[]): PrivacyLevel {
  return levels.reduce((a, b) => (privacyLevels.indexOf(b) > privacyLevels.indexOf(a) ? b : a), 'public')
}

/** Whether a text of this privacy may be sent to, or stored in, a place of this zone. */
export function mayGo(privacy: Privacy, zone: Zone): boolean {
  if (zone === 'premises' || zone === 'gateway') return true
  switch (privacy.level) {
    case 'never-leave':
      return false
    case 'contractual':
      return privacy.providers.includes(zone.slice('provider:'.length))
    case 'sensitive':
      return privacy.confined !== true
    case 'public':
      return true
  }
}

export function isZone(text: string): text is Zone {
  return text === 'premises' || text === 'gateway' || /^provider:[a-z0-9[][a-z0-9._:[\]-]*$/.test(text)
}
