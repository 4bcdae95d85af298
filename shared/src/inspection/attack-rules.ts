/**
 * What becomes of a text that looks like an attack: a smuggled instruction, a jailbreak, a harmful request.
 *
 * The judge sees words and not intent (`text-heads`), so what it says is a signal and the operator decides what it is worth. A text
 * is judged within bounds; what lies beyond them is not taken for harmless in silence, `whenUnsure` holds.
 */
import { isRecord, isShare, wrong } from './checks.ts'

export const attackKinds = ['injection', 'jailbreak', 'unsafe'] as const
export type AttackKind = (typeof attackKinds)[number]

/** From the mildest to the strictest. */
export const attackActions = ['off', 'flag', 'frontier-only', 'block'] as const
export type AttackAction = (typeof attackActions)[number]

export type AttackRules = {
  /** An instruction that stands in data. @default 'off' */
  readonly injection: AttackAction
  /** Words that are to talk a model out of its rules. @default 'off' */
  readonly jailbreak: AttackAction
  /** A request for what does harm. @default 'off' */
  readonly unsafe: AttackAction
  /** The probability at which a text counts, from 0 to 1; null takes each kind's own, which came with the heads. @default null */
  readonly threshold: number | null
  /** What holds where the judge failed, or read only a part and found nothing in it. @default the strictest action of the three */
  readonly whenUnsure: AttackAction
  /** So much is judged of the texts' beginning, and as much of their end. @default 50000 */
  readonly readCharacters: number
}

export type AttackSettings = Partial<Omit<AttackRules, 'threshold'>> & { readonly threshold?: number }

const defaultReadCharacters = 50_000

export function resolveAttackRules(given: AttackSettings | false, path: string): AttackRules | null {
  if (given === false) return null
  if (!isRecord(given)) throw wrong(path, 'is false, or an object')
  const known = [...attackKinds, 'threshold', 'whenUnsure', 'readCharacters']
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw wrong(`${path}.${key}`, `is not a rule; there are ${known.join(', ')}`)
  }
  const action = (key: AttackKind | 'whenUnsure', otherwise: AttackAction): AttackAction => {
    const value = given[key] ?? otherwise
    if (!attackActions.includes(value)) throw wrong(`${path}.${key}`, `is one of ${attackActions.join(', ')}`)
    return value
  }
  const actions = {
    injection: action('injection', 'off'),
    jailbreak: action('jailbreak', 'off'),
    unsafe: action('unsafe', 'off'),
  }
  const worst = strictestAction(Object.values(actions))
  if (worst === 'off') throw wrong(path, `judges nothing: one of ${attackKinds.join(', ')} must not be off`)
  const { threshold = null, readCharacters = defaultReadCharacters } = given
  if (threshold !== null && !isShare(threshold)) throw wrong(`${path}.threshold`, 'is a number above 0, to 1')
  if (!Number.isSafeInteger(readCharacters) || readCharacters < 1)
    throw wrong(`${path}.readCharacters`, 'is a whole number of characters')
  return { ...actions, threshold, whenUnsure: action('whenUnsure', worst), readCharacters }
}

export function strictestAction(actions: Iterable<AttackAction>): AttackAction {
  let worst: AttackAction = 'off'
  for (const action of actions) {
    if (attackActions.indexOf(action) > attackActions.indexOf(worst)) worst = action
  }
  return worst
}
