import { expect, it } from 'vitest'
import type { NodeLoad } from '../wire/load.ts'
import { defaultBreakerLimits as limits } from './breaker.ts'
import { expectedWaits } from './expected-wait.ts'
import { afterOutcome, type Health, type Outcome, standing, unknownNodeHealth } from './health.ts'
import { type NodeView, unknownNode } from './node-view.ts'

const load = (given: Partial<NodeLoad> = {}): NodeLoad => ({
  queue: 0,
  slotsBusy: 0,
  slots: 2,
  kv: null,
  memory: 0.5,
  tokensPerSecond: 20,
  ...given,
})
const after = (outcomes: readonly Outcome[], now = 0, from: Health = unknownNodeHealth): Health =>
  outcomes.reduce((health, outcome) => afterOutcome(health, outcome, limits, now), from)
const told = (given: Partial<NodeLoad> = {}): Outcome => ({ type: 'load-told', load: load(given) })
const begun: Outcome = { type: 'call-begun' }
const waitOf = (health: Health, now = 0): number | null => expectedWaits([health.node!], now)[0]!
const waits = (nodes: readonly Partial<NodeView>[], now = 0): readonly (number | null)[] =>
  expectedWaits(
    nodes.map((node) => ({ ...unknownNode, ...node })),
    now,
  )
const turnedAway = (because: 'full' | 'not-now' | 'hurry', retryAfterMs: number | null = null): Outcome => ({
  type: 'call-turned-away',
  because,
  retryAfterMs,
})

it('expects an idle node to have read the prompt in a tenth of the time that an answer takes', () => {
  // 200 tokens at 20 a second, as long as no answer was seen.
  expect(waitOf(after([told()]))).toBe(1_000)
})

it('expects a call to wait for those in front of it, one slot after the other', () => {
  expect(waitOf(after([told({ slotsBusy: 2 })]))).toBe(5_000 + 1_000)
  expect(waitOf(after([told({ slotsBusy: 2, queue: 3 })]))).toBe(4 * 5_000 + 1_000)
})

it('counts the calls of its own that were begun since the node last said so, and takes off those that ended', () => {
  const busy = after([told({ slotsBusy: 1 }), begun, begun])
  expect(waitOf(busy)).toBe(2 * 5_000 + 1_000)
  expect(waitOf(after([{ type: 'answer-complete' }], 0, busy))).toBe(5_000 + 1_000)
})

it('does not take a whole answer off a load that no longer counts it', () => {
  const whole = after([
    begun,
    told({ slotsBusy: 2 }),
    { type: 'answer-begun', firstTokenMs: null },
    { type: 'answer-complete' },
  ])
  expect(waitOf(whole)).toBe(5_000 + 1_000)
})

it('learns how long answers are', () => {
  const short = after([told({ slotsBusy: 2 }), begun, { type: 'answer-complete', outputTokens: 20 }])
  expect(short.node?.answerTokens).toBe(20)
  expect(short.node?.underWay).toBe(0)
})

it('lets an old word fade towards what the fleet has on the average', () => {
  const idleLongAgo = { said: load(), saidAt: 0 }
  const busyNow = { said: load({ slotsBusy: 2, queue: 4 }), saidAt: 120_000 }
  expect(waits([idleLongAgo, busyNow], 120_000)[0]).toBeGreaterThan(20_000)
  expect(waits([{ ...idleLongAgo, saidAt: 120_000 }, busyNow], 120_000)[0]).toBe(1_000)
})

it('thinks a node average of which nothing is known, and worse with each call that it sent there', () => {
  const one = { said: load(), saidAt: 0 }
  const other = { said: load({ slotsBusy: 2 }), saidAt: 0 }
  expect(waits([one, other, {}])).toEqual([1_000, 6_000, 3_500])
  expect(waits([one, other, { underWay: 2 }])[2]).toBe(10_500)
  expect(waits([{}, {}])).toEqual([null, null])
})

it('infers the wait of a server that says nothing from how long its calls take and how many it has', () => {
  const complete: Outcome = { type: 'answer-complete', askedAt: 0, outputTokens: 100 }
  const silent = after([complete], 4_000, after([begun]))
  expect(waitOf(silent)).toBe(400)
  expect(waitOf(after([begun, begun], 4_000, silent))).toBe(400 + 2_000)
})

it('passes over a node that says it takes nobody, for as long as it asks and no longer than ten seconds', () => {
  const away = after([begun, told(), turnedAway('not-now', 3_000)])
  expect(standing(away, limits, 2_999)).toBe('resting')
  expect(standing(away, limits, 3_000)).toBe('ready')
  expect(standing(after([turnedAway('not-now', 1e9)]), limits, 10_000)).toBe('ready')
  expect(away.breaker.failures).toBe(0)
})

it('passes over a node whose line is as long as it was when it turned a call away, while that word is new', () => {
  const full = after([begun, told({ slotsBusy: 2, queue: 8 }), turnedAway('full')])
  expect(standing(full, limits, 0)).toBe('resting')
  expect(standing(after([told({ slotsBusy: 2, queue: 7 })], 10, full), limits, 10)).toBe('ready')
  expect(standing(full, limits, 10_001)).toBe('ready')
})

it('does not think a node full that had no place for a call in a hurry', () => {
  const hurried = after([begun, told({ slotsBusy: 2 }), turnedAway('hurry')])
  expect(standing(hurried, limits, 0)).toBe('ready')
  expect(hurried.node).toMatchObject({ underWay: 0, sinceSaid: 0 })
})

it('passes over a node under memory pressure, while that word is new', () => {
  const squeezed = after([told({ memory: 0.97 })])
  expect(standing(squeezed, limits, 9_000)).toBe('resting')
  expect(standing(squeezed, limits, 10_001)).toBe('ready')
})

it('believes a look: it ends being passed over, and tells version and context', () => {
  const report = { load: load(), version: 'v2', contextTokens: 2_048, admits: true }
  const seen = after([{ type: 'probe-answered', report }], 10, after([told(), turnedAway('not-now', 9_000)]))
  expect(standing(seen, limits, 10)).toBe('ready')
  expect(seen.node).toMatchObject({ version: 'v2', contextTokens: 2_048, saidAt: 10, silent: false })
  const gone = after([{ type: 'probe-answered', report: { ...report, admits: false } }], 20, seen)
  expect(standing(gone, limits, 20)).toBe('resting')
})

it('cuts a rest short for a node that a look found alive, and lets one call find out whether it works', () => {
  const open = after(Array.from({ length: limits.failures }, () => ({ type: 'call-failed' }) as const))
  const report = { load: null, version: null, contextTokens: null, admits: true }
  const alive = after([{ type: 'probe-answered', report }], 1_000, open)
  expect(standing(alive, limits, 1_000)).toBe('trying')
  const onTrial = after([begun], 1_000, alive)
  expect(standing(onTrial, limits, 1_001)).toBe('resting')
  const failedAgain = after([{ type: 'call-failed' }], 1_001, onTrial)
  expect(failedAgain.breaker.restMs).toBe(2 * limits.restMs)
})

it('never counts fewer calls than none, whatever it hears', () => {
  const odd = after([{ type: 'call-failed' }, { type: 'answer-complete' }, turnedAway('hurry')])
  expect(odd.node?.underWay).toBe(0)
  expect(waitOf(after([told()], 0, odd))).toBe(1_000)
})
