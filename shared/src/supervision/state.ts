/**
 * What a supervised session remembers between two turns: the plan, the summary, the advice, and counters.
 *
 * It is written as JSON, sealed and kept by whoever runs the session, and read strictly: a state of another version, or one
 * that is not whole, is none, and the session begins anew rather than go on from half of it.
 */
import type { SupervisedStrategy } from '../plan/plan.ts'
import { type PrivacyLevel, privacyLevels } from '../privacy/zone.ts'

/** `at` is how many messages the conversation had when it was given, which is where the executor reads it. */
export type Advice = { readonly at: number; readonly text: string }

const counterNames = [
  /** How often the supervisor was asked. */
  'asked',
  'fine',
  'advised',
  'tookOver',
  'planned',
  'accepted',
  'replanned',
  /** It said what could not be read, which counts as `fine`. */
  'unread',
  /** It could not be asked, or did not answer. */
  'missed',
] as const
export type Counters = Readonly<Record<(typeof counterNames)[number], number>>

/** Somebody is asking the supervisor about this turn; it lapses, so that a process that died holds nobody up. */
export type Claim = { readonly owner: string; readonly endsAt: number }

export type SupervisionState = {
  readonly strategy: SupervisedStrategy
  /** The strictest level that a turn of the session has had. */
  readonly level: PrivacyLevel
  /** From 1: how many different turns have begun. */
  readonly turn: number
  /** Names the conversation that the last turn began with: the same again is the same turn. */
  readonly turnName: string
  /** How many things the user has asked for: one more, and the plan is of the past. */
  readonly tasks: number
  /** The turn at which the supervisor last spoke; 0 before it has. */
  readonly spokeAt: number
  /** How long the conversation was then, in tokens. */
  readonly spokeTokens: number
  readonly plan: string | null
  readonly summary: string | null
  /** How many messages the summary stands for; null before a context reset. */
  readonly resetAt: number | null
  readonly advice: readonly Advice[]
  readonly counters: Counters
  readonly claim: Claim | null
}

const version = 1
const mostAdvice = 4

export function openState(strategy: SupervisedStrategy): SupervisionState {
  const counters = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<
    (typeof counterNames)[number],
    number
  >
  return {
    strategy,
    level: 'public',
    turn: 0,
    turnName: '',
    tasks: 0,
    spokeAt: 0,
    spokeTokens: 0,
    plan: null,
    summary: null,
    resetAt: null,
    advice: [],
    counters,
    claim: null,
  }
}

export function writeState(state: SupervisionState): string {
  return JSON.stringify({ version, ...state })
}

/** Null where it is no state of this strategy. */
export function readState(text: string, strategy: SupervisedStrategy): SupervisionState | null {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof given !== 'object' || given === null) return null
  const { version: its, ...state } = given as { readonly version?: unknown } & SupervisionState
  return its === version && state.strategy === strategy && isWhole(state) ? state : null
}

function isWhole(state: SupervisionState): boolean {
  const { level, turn, turnName, tasks, spokeAt, spokeTokens } = state
  const { plan, summary, resetAt, advice, counters, claim } = state
  return (
    privacyLevels.includes(level) &&
    [turn, tasks, spokeAt, spokeTokens].every(isCount) &&
    typeof turnName === 'string' &&
    [plan, summary].every((text) => text === null || typeof text === 'string') &&
    (resetAt === null || isCount(resetAt)) &&
    Array.isArray(advice) &&
    advice.every(({ at, text }) => isCount(at) && typeof text === 'string') &&
    typeof counters === 'object' &&
    counters !== null &&
    counterNames.every((name) => isCount(counters[name])) &&
    (claim === null || (typeof claim?.owner === 'string' && isCount(claim.endsAt)))
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** The state in which this turn is the current one. The same conversation again is the same turn, and advances nothing. */
export function beginTurn(
  state: SupervisionState,
  turnName: string,
  level: PrivacyLevel,
  tasks: number,
): SupervisionState {
  const strictest = privacyLevels.indexOf(level) > privacyLevels.indexOf(state.level) ? level : state.level
  if (state.turnName === turnName && state.turn > 0)
    return strictest === state.level ? state : { ...state, level: strictest }
  const begun = { ...state, level: strictest, turn: state.turn + 1, turnName, tasks, claim: null }
  const plansAnew = state.strategy === 'plan-execute-verify-replan' && tasks > state.tasks
  return plansAnew ? { ...begun, plan: null, advice: [], spokeAt: 0 } : begun
}

export function withAdvice(state: SupervisionState, advice: Advice): SupervisionState {
  return { ...state, advice: [...state.advice, advice].slice(-mostAdvice) }
}

export function counted(
  state: SupervisionState,
  ...names: readonly (typeof counterNames)[number][]
): SupervisionState {
  const counters = { ...state.counters }
  for (const name of names) counters[name]++
  return { ...state, counters }
}

/** Whether somebody else is asking the supervisor about this session. */
export function isClaimed({ claim }: SupervisionState, owner: string, now: number): boolean {
  return claim !== null && claim.owner !== owner && claim.endsAt > now
}
