/** What looks texts through, out of the environment's text: three variables for what is usual, one of JSON for all of it. */
import { attackActions, attackKinds, type PrivacySettings, type TextHeads } from '@nearside/core'
import type { NearsideOptions } from '../options/options.ts'
import { privacyGuard } from '../privacy/privacy-guard.ts'
import { pairs, wrong } from './words.ts'

type Settings = Readonly<
  Record<'NEARSIDE_DETECT' | 'NEARSIDE_REDACT' | 'NEARSIDE_ATTACKS' | 'NEARSIDE_PRIVACY_RULES', string>
>

/** Reads the learned heads, where the rules need them; null where the host has none. */
export type HeadsReader = (() => TextHeads) | null

export function readPrivacy(settings: Settings, heads: HeadsReader): Pick<NearsideOptions, 'privacy'> {
  const given = settingsOf(settings)
  if (given === null) return {}
  if (heads !== null) return { privacy: privacyGuard(given, { heads }) }
  const needsHeads = [given, ...Object.values(given.accounts ?? {})].some(
    ({ learned, attacks }) => (learned ?? false) !== false || (attacks ?? false) !== false,
  )
  if (needsHeads) throw wrong(asksForHeads(settings), 'needs the learned heads, and this host has none')
  return { privacy: privacyGuard(given) }
}

function asksForHeads({ NEARSIDE_PRIVACY_RULES: rules, NEARSIDE_DETECT: detects }: Settings): keyof Settings {
  if (rules !== '') return 'NEARSIDE_PRIVACY_RULES'
  return detects === 'learned' ? 'NEARSIDE_DETECT' : 'NEARSIDE_ATTACKS'
}

function settingsOf(settings: Settings): PrivacySettings | null {
  const { NEARSIDE_DETECT: detects, NEARSIDE_REDACT: redacts, NEARSIDE_ATTACKS: attacks } = settings
  const { NEARSIDE_PRIVACY_RULES: rules } = settings
  if (rules !== '') {
    if (detects !== '' || redacts !== '' || attacks !== '')
      throw wrong(
        'NEARSIDE_PRIVACY_RULES',
        'says it all: leave out NEARSIDE_DETECT, NEARSIDE_REDACT and NEARSIDE_ATTACKS',
      )
    return readRules(rules)
  }
  if (detects === '' && redacts === '' && attacks === '') return null
  return {
    ...(detects === '' ? {} : detection[detects as keyof typeof detection]),
    ...(redacts === '' ? {} : { redact: redacts === 'refuse' ? redacts : redacts === 'true' }),
    ...(attacks === '' ? {} : { attacks: readAttacks(attacks) }),
  }
}

/** `rules` finds by form and check digit, `learned` names and addresses too. */
const detection = { rules: { detect: true }, learned: { detect: true, learned: true }, off: {} } as const

function readRules(text: string): PrivacySettings {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw wrong('NEARSIDE_PRIVACY_RULES', 'is JSON')
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw wrong('NEARSIDE_PRIVACY_RULES', 'is a JSON object')
  return given
}

function readAttacks(text: string): NonNullable<PrivacySettings['attacks']> {
  const found = pairs(text, 'NEARSIDE_ATTACKS')
  for (const [kind, action] of found) {
    if (
      !(attackKinds as readonly string[]).includes(kind) ||
      !(attackActions as readonly string[]).includes(action)
    )
      throw wrong(
        'NEARSIDE_ATTACKS',
        `is pairs of ${attackKinds.join(', ')} and ${attackActions.join(', ')}: injection=block`,
      )
  }
  return Object.fromEntries(found)
}
