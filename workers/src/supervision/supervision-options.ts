/** What a host says of a supervised strategy, filled and checked when the value is made. */
import { defaultSupervision, NearsideError, type SupervisionTerms, type Zone } from '@nearside/core'
import { checkSealed, isWithin } from '../options/check-sealed.ts'
import { wrong } from '../options/checks.ts'
import type { SessionStore } from './session-store.ts'

export type SupervisionOptions = Partial<SupervisionTerms> & {
  /** Where a session's state is kept between two turns. */
  readonly store: SessionStore
  /** What states are sealed with, and named by: 32 characters at least. */
  readonly secret: string
  /** The one before it, whose sessions go on. @default none */
  readonly previousSecret?: string
  /** Where the store keeps them. @default 'provider:session-store': what is nearer must be declared */
  readonly zone?: Zone
  /** How long a session is kept after its last turn. @default 86400000, a day */
  readonly keepMs?: number
  /** The executor's longest prompt, in tokens; never more than its model and the policy allow. @default 4000 */
  readonly contextTokens?: number
  /** How many turns of before a context reset the executor still sees. @default 2 */
  readonly recentTurns?: number
  /** How long the supervisor may take. @default 20000 */
  readonly timeoutMs?: number
  /** The longest word of the supervisor's, in tokens, reasoning included. @default 2048 */
  readonly wordTokens?: number
  /** Whether the supervisor may do a turn itself. @default true */
  readonly mayTakeOver?: boolean
}

export type Supervision = Required<Omit<SupervisionOptions, 'previousSecret'>> &
  Pick<SupervisionOptions, 'previousSecret'>

const defaults: Omit<Supervision, 'store' | 'secret' | 'previousSecret'> = {
  ...defaultSupervision,
  zone: 'provider:session-store',
  keepMs: 86_400_000,
  contextTokens: 4_000,
  recentTurns: 2,
  timeoutMs: 20_000,
  wordTokens: 2_048,
  mayTakeOver: true,
}

/** The least and the most that each number may be. */
const bounds = {
  everyTurns: [1, 1_000],
  quietTurns: [1, 1_000],
  mostWords: [1, 10_000],
  repeats: [0, 8],
  failures: [0, 100],
  growthTokens: [0, 1_000_000],
  keepMs: [1_000, 30 * 86_400_000],
  contextTokens: [512, 1_000_000],
  recentTurns: [1, 100],
  timeoutMs: [100, 300_000],
  wordTokens: [64, 65_536],
} as const

export function resolveSupervision(given: SupervisionOptions, name: string): Supervision {
  if (given?.store === undefined || given.store === null)
    throw new NearsideError(
      'bad-options',
      `${name}.store is needed: a session is kept from turn to turn, in redisSessionStore(…), durableObjectSessionStore(…) or, in one process, memorySessionStore().`,
      { param: `${name}.store` },
    )
  const known = Object.fromEntries(
    [...Object.keys(defaults), 'store', 'secret', 'previousSecret'].map((key) => [key, true as const]),
  )
  checkSealed(given, name, known, ['load', 'save'])
  const filled: Supervision = { ...defaults, ...given }
  for (const [key, [least, most]] of Object.entries(bounds)) {
    const value = filled[key as keyof typeof bounds]
    if (!isWithin(value, least, most))
      throw wrong(`${name}.${key}`, `is a whole number from ${least} to ${most}`)
  }
  if (!(filled.unsureBelow >= 0 && filled.unsureBelow <= 1))
    throw wrong(`${name}.unsureBelow`, 'lies between 0 and 1')
  if (typeof filled.mayTakeOver !== 'boolean') throw wrong(`${name}.mayTakeOver`, 'is true or false')
  return filled
}
