/**
 * What an operator says about the texts of requests: what is looked for, how far a text may travel for it, what becomes of it
 * when it leaves. Data, filled and checked once, with the path of what is wrong.
 *
 * Nothing that is not named is done: rules without `detect` look for nothing, rules without `attacks` judge nothing.
 */
import { personalKinds } from '../personal-data/finding.ts'
import { defaultLevelRules, type LevelRules } from '../personal-data/level-of.ts'
import { type PrivacyLevel, privacyLevels } from '../privacy/zone.ts'
import { type AttackRules, type AttackSettings, resolveAttackRules } from './attack-rules.ts'
import { isRecord, isShare, wrong } from './checks.ts'

export type PrivacyRules = {
  /** What each kind of personal data makes of a text; null where none is looked for. `public` leaves a kind alone. @default null */
  readonly detect: LevelRules | null
  /** What a text becomes in which the learned heads see a person, and from which probability on; null where they are not asked. @default null */
  readonly learned: LearnedRule | null
  /** Whether a `sensitive` text is redacted where it goes to a provider; `refuse` lets none go there. @default true */
  readonly redact: boolean | 'refuse'
  /** What becomes of a `sensitive` request with parts that cannot be redacted (images, audio, files): served near or not at all, or refused at once. @default 'near' */
  readonly unredactable: 'near' | 'refuse'
  /** Whether `sensitive` texts may be sent to a provider's embedding model as they are: a redacted text has another vector. @default 'refuse' */
  readonly embeddings: 'refuse' | 'send'
  /** What a text becomes that could not be looked through, because it is too long or a detector failed. @default 'never-leave' */
  readonly whenUnsure: PrivacyLevel
  /** The most characters that are looked through. @default 200000 */
  readonly readCharacters: number
  /** What becomes of texts that look like attacks; null where none is judged. @default null */
  readonly attacks: AttackRules | null
}

export type LearnedRule = {
  readonly level: PrivacyLevel
  /** From 0 to 1; null is the threshold that came with the heads. */
  readonly threshold: number | null
}

/** As an operator writes them. `accounts` changes single rules for a tenant. */
export type PrivacySettings = RuleSettings & { readonly accounts?: Readonly<Record<string, RuleSettings>> }

export type RuleSettings = {
  /** `true` takes the documented level of each kind; an object says otherwise for some. */
  readonly detect?: boolean | Partial<LevelRules>
  readonly learned?: boolean | { readonly level?: PrivacyLevel; readonly threshold?: number }
  readonly redact?: boolean | 'refuse'
  readonly unredactable?: 'near' | 'refuse'
  readonly embeddings?: 'refuse' | 'send'
  readonly whenUnsure?: PrivacyLevel
  readonly readCharacters?: number
  readonly attacks?: AttackSettings | false
}

export const defaultPrivacyRules: PrivacyRules = {
  detect: null,
  learned: null,
  redact: true,
  unredactable: 'near',
  embeddings: 'refuse',
  whenUnsure: 'never-leave',
  readCharacters: 200_000,
  attacks: null,
}

export type ResolvedPrivacy = {
  readonly rules: PrivacyRules
  readonly accounts: ReadonlyMap<string, PrivacyRules>
}

export function resolvePrivacyRules(given: PrivacySettings, path = 'privacy'): ResolvedPrivacy {
  if (!isRecord(given)) throw wrong(path, 'is an object')
  const { accounts = {}, ...own } = given
  const rules = resolveRules(own, path, defaultPrivacyRules)
  if (!isRecord(accounts)) throw wrong(`${path}.accounts`, 'is an object of tenants')
  return {
    rules,
    accounts: new Map(
      Object.entries(accounts).map(([tenant, theirs]) => [
        tenant,
        resolveRules(theirs, `${path}.accounts.${tenant}`, rules),
      ]),
    ),
  }
}

function resolveRules(given: RuleSettings, path: string, base: PrivacyRules): PrivacyRules {
  if (!isRecord(given)) throw wrong(path, 'is an object')
  const known = Object.keys(defaultPrivacyRules)
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw wrong(`${path}.${key}`, `is not a rule; there are ${known.join(', ')}`)
  }
  const one = <T>(key: keyof RuleSettings, among: readonly T[], otherwise: T): T => {
    const value = given[key] as T | undefined
    if (value === undefined) return otherwise
    if (!among.includes(value)) throw wrong(`${path}.${key}`, `is one of ${among.join(', ')}`)
    return value
  }
  const { readCharacters = base.readCharacters } = given
  if (!Number.isSafeInteger(readCharacters) || readCharacters < 1)
    throw wrong(`${path}.readCharacters`, 'is a whole number of characters')
  return {
    detect: given.detect === undefined ? base.detect : resolveDetect(given.detect, `${path}.detect`),
    learned: given.learned === undefined ? base.learned : resolveLearned(given.learned, `${path}.learned`),
    redact: one('redact', [true, false, 'refuse'] as const, base.redact),
    unredactable: one('unredactable', ['near', 'refuse'] as const, base.unredactable),
    embeddings: one('embeddings', ['refuse', 'send'] as const, base.embeddings),
    whenUnsure: one('whenUnsure', privacyLevels, base.whenUnsure),
    readCharacters,
    attacks:
      given.attacks === undefined ? base.attacks : resolveAttackRules(given.attacks, `${path}.attacks`),
  }
}

function resolveDetect(given: boolean | Partial<LevelRules>, path: string): LevelRules | null {
  if (typeof given === 'boolean') return given ? defaultLevelRules : null
  if (!isRecord(given)) throw wrong(path, 'is true, false, or an object of kinds and levels')
  for (const [kind, level] of Object.entries(given)) {
    if (!(personalKinds as readonly string[]).includes(kind))
      throw wrong(`${path}.${kind}`, `is no kind of personal data; there are ${personalKinds.join(', ')}`)
    if (!privacyLevels.includes(level))
      throw wrong(`${path}.${kind}`, `is one of ${privacyLevels.join(', ')}`)
  }
  return { ...defaultLevelRules, ...given }
}

function resolveLearned(given: NonNullable<RuleSettings['learned']>, path: string): LearnedRule | null {
  if (typeof given === 'boolean') return given ? { level: 'sensitive', threshold: null } : null
  if (!isRecord(given)) throw wrong(path, 'is true, false, or an object of level and threshold')
  for (const key of Object.keys(given)) {
    if (key !== 'level' && key !== 'threshold')
      throw wrong(`${path}.${key}`, 'is not a rule; there are level, threshold')
  }
  const { level = 'sensitive', threshold = null } = given
  if (!privacyLevels.includes(level)) throw wrong(`${path}.level`, `is one of ${privacyLevels.join(', ')}`)
  if (threshold !== null && !isShare(threshold)) throw wrong(`${path}.threshold`, 'is a number from 0 to 1')
  return { level, threshold }
}
