import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  costOf,
  decide,
  defaultPolicy,
  type GivenPolicy,
  type Policy,
  policyHash,
  type RequestRecord,
  resolvePolicy,
  withOffset,
} from '@nearside/core'
import { afterAll, describe, expect, it } from 'vitest'
import { generatedRecords } from '../records/generated-records.ts'
import { isDecided } from './plans.ts'
import { openPolicy, replayPolicy } from './policies.ts'
import { replay } from './replay.ts'
import { replayText } from './show-replay.ts'
import { totalsOf } from './totals.ts'

const folder = mkdtempSync(join(tmpdir(), 'replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
async function replayed(records: readonly RequestRecord[], ...given: readonly GivenPolicy[]) {
  const path = join(folder, `${files++}.jsonl`)
  writeFileSync(path, records.map((record) => JSON.stringify(record)).join('\n'))
  const policies = given.map((each, at) => replayPolicy(`policy ${at}`, each))
  return replay({ records: path, policies, strict: true })
}

const generated = (policy: Policy, count = 1_000): readonly RequestRecord[] => [
  ...generatedRecords({ count, seed: 11, policy }),
]
const given: GivenPolicy = { frontierFrom: 0.2, tasks: { code: { frontierFrom: 0.05 } }, latencyMs: 900 }
const direct = generated(resolvePolicy(given))
const cascade: GivenPolicy = { frontierFrom: 0.2, strategy: 'cascade', cascade: { bar: 0.6 } }
const judged = generated(resolvePolicy(cascade))
const consistency: GivenPolicy = { frontierFrom: 0.2, strategy: 'consistency' }

/** What was charged, added the plain way. */
function chargedIn(records: readonly RequestRecord[]): bigint {
  return records.reduce((sum, { charge }) => sum + BigInt(charge?.amount ?? 0), 0n)
}

describe('equal policies give equal plans', () => {
  it.each<readonly [string, GivenPolicy]>([
    ['direct', given],
    ['cascade', cascade],
    ['consistency', consistency],
    ['supervised', { frontierFrom: 0.2, strategy: 'execute-verify-advise' }],
    ['consistency, side by side', { ...consistency, consistency: { way: 'side-by-side' } }],
  ])('%s', async (_, own) => {
    const records = generated(resolvePolicy(own))
    const { decided, recorded, policies } = await replayed(records, own)
    const [policy] = policies
    expect(policy).toMatchObject({ own: decided, mismatches: 0, moves: [], routes: recorded.routes })
    expect(decided).toBeGreaterThan(950)
    expect(totalsOf(policy?.tasks ?? [])).toEqual(totalsOf(recorded.tasks))
    expect(totalsOf(recorded.tasks).certain).toBe(chargedIn(records))
  })

  it('as far as verdicts had moved its threshold when it decided', async () => {
    const base = resolvePolicy(given)
    const moved = withOffset(base, 0.05)
    const records = direct.map((record) =>
      isDecided(record)
        ? {
            ...record,
            frontierFrom: moved.frontierFrom,
            plan: decide(record.signals, record.wishes, moved, record.field),
          }
        : record,
    )
    expect((await replayed(records, given)).policies[0]).toMatchObject({ mismatches: 0, moves: [] })
  })

  it('with what was known of the caps when it decided', async () => {
    const nearer: GivenPolicy = { ...given, whenSpent: 'nearer' }
    const policy = resolvePolicy(nearer)
    const records = generated(policy).map((record) => {
      if (!isDecided(record)) return record
      const { signals, wishes, field, at } = record
      const budget = field.map(({ model }) => ({ model, left: 0, heardAt: at }))
      return { ...record, budget, plan: decide(signals, wishes, policy, field, null, budget) }
    })
    expect(records.filter(({ plan }) => plan?.kind === 'serve' && plan.spent === true)).not.toHaveLength(0)
    expect((await replayed(records, nearer)).policies[0]).toMatchObject({ mismatches: 0, moves: [] })
    const forgotten = records.map(({ budget: _, ...record }) => record as RequestRecord)
    expect((await replayed(forgotten, nearer)).policies[0]?.mismatches).toBeGreaterThan(0)
  })

  it.each([0.21, 0.6, 0.37])(
    'with the threshold of the record, %d, where the file leaves it out',
    async (frontierFrom) => {
      const records = generated(resolvePolicy({ latencyMs: 900, frontierFrom }))
      const { decided, policies } = await replayed(records, { latencyMs: 900 })
      expect(policies[0]).toMatchObject({ own: decided, mismatches: 0, moves: [] })
    },
  )

  it('and a plan that comes out otherwise is told with its line', async () => {
    const at = direct.findIndex((record) => isDecided(record) && record.plan.kind === 'serve')
    const records = direct.map((record, i) =>
      i === at && record.plan !== null
        ? { ...record, plan: { ...record.plan, confidence: 0.123 } as typeof record.plan }
        : record,
    )
    const report = await replayed(records, given)
    expect(report.policies[0]).toMatchObject({
      mismatches: 1,
      firstMismatches: [{ line: at + 1, id: direct[at]?.id }],
    })
    expect(replayText(report)).toContain(`1 came out otherwise`)
  })

  it('and another policy is not said to have decided what it did not', async () => {
    const { policies } = await replayed(direct, { ...given, frontierFrom: 0.3 })
    expect(policies[0]).toMatchObject({ own: 0, mismatches: 0 })
    expect(policies[0]?.moves).not.toEqual([])
  })
})

describe('what another policy would have cost', () => {
  it('is the recorded charge of what stays, and an estimate of what moves', async () => {
    const report = await replayed(direct, { ...given, frontierFrom: 0 })
    const [policy] = report.policies
    const totals = totalsOf(policy?.tasks ?? [])
    expect(policy?.moves).toContainEqual(expect.objectContaining({ from: 'local', to: 'frontier' }))
    const stayed = direct.filter((record) => record.served?.tier === 'frontier')
    expect(totals.certain).toBe(chargedIn(stayed))
    expect(totals.basis.estimated).toBe(totals.moved)
    expect(totals.estimatedLeast).toBe(totals.estimatedMost)
    expect(totals.estimatedMost).toBeGreaterThan(0n)
    const { estimated, recorded, known, unknown } = totals.basis
    expect(estimated + recorded + known + unknown).toBe(report.decided)
    expect(replayText(report)).toMatch(/estimated for \d+ requests \(\d/)
  })

  it('is estimated from the mean answer of the same target and kind of task, at its price, to the nano-dollar', async () => {
    const frontier = direct.filter(
      (record) => record.served?.tier === 'frontier' && record.signals?.task === 'math',
    )
    const local = direct.find(
      (record) =>
        record.served?.tier === 'local' &&
        record.signals?.task === 'math' &&
        record.plan?.kind === 'serve' &&
        record.plan.reason === 'easy',
    )
    if (local === undefined || frontier.length < 2) throw new Error('The seed gives too few records.')
    const [one, other] = frontier
    const records = [
      { ...one, usage: { ...usage, promptTokens: 1_000, outputTokens: 100 } },
      { ...other, usage: { ...usage, promptTokens: 1_000, outputTokens: 201 } },
      { ...local, usage: { ...usage, promptTokens: 77, outputTokens: 5 } },
    ] as readonly RequestRecord[]
    const { policies } = await replayed(records, { frontierFrom: 0 })
    const price = local.field?.find(({ tier }) => tier === 'frontier')?.price
    if (price === null || price === undefined) throw new Error('The frontier has a price.')
    const twice = BigInt(costOf(price, { ...usage, promptTokens: 154, outputTokens: 301 }))
    expect(totalsOf(policies[0]?.tasks ?? []).estimatedMost).toBe((twice + 1n) / 2n)
  })

  it('is nothing where all stay near, and nothing of it is a guess', async () => {
    const report = await replayed(direct, { ...given, tierOrder: ['edge', 'local'] })
    const totals = totalsOf(report.policies[0]?.tasks ?? [])
    const named = direct.filter(
      ({ wishes, served }) => wishes?.ask.kind !== 'auto' && served?.tier === 'frontier',
    )
    expect(totals.certain).toBe(chargedIn(named))
    expect(totals.basis).toMatchObject({ estimated: 0, unknown: 0 })
    expect(totals.basis.known).toBeGreaterThan(0)
  })

  it('is unknown between two bounds where no record tells how often a near answer would not have stood', async () => {
    const report = await replayed(direct, cascade)
    const totals = totalsOf(report.policies[0]?.tasks ?? [])
    expect(totals.basis.unknown).toBeGreaterThan(0)
    expect(totals.estimatedMost).toBeGreaterThan(totals.estimatedLeast)
    expect(replayText(report)).toContain(`unknown for ${totals.basis.unknown} requests`)
  })

  it('is unknown for a supervised session, whose supervisor speaks when no single record tells', async () => {
    const report = await replayed(direct, { ...given, strategy: 'execute-verify-advise' })
    const totals = totalsOf(report.policies[0]?.tasks ?? [])
    expect(report.policies[0]?.routes[0]).toMatchObject({ place: 'supervised', reason: 'supervised' })
    expect(totals.basis.unknown).toBeGreaterThan(0)
    expect(totals.estimatedMost).toBeGreaterThan(totals.estimatedLeast)
  })

  it('goes by recorded confidences where near answers were judged: a higher bar asks the frontier more often', async () => {
    const at = async (bar: number): Promise<bigint> => {
      const { policies } = await replayed(judged, { ...cascade, cascade: { bar } })
      const totals = totalsOf(policies[0]?.tasks ?? [])
      expect(totals.basis.unknown).toBe(0)
      expect(totals.estimatedLeast).toBe(totals.estimatedMost)
      return totals.certain + totals.estimatedMost
    }
    const [low, same, high, all] = [await at(0), await at(0.6), await at(0.8), await at(1)]
    expect(same).toBe(chargedIn(judged))
    expect(low).toBeLessThan(same)
    expect(same).toBeLessThan(high)
    expect(high).toBeLessThan(all)
  })

  it('takes the share of escalations of judged requests for those that were not', async () => {
    const { policies } = await replayed([...judged, ...direct], cascade)
    const { basis, estimatedLeast, estimatedMost } = totalsOf(policies[0]?.tasks ?? [])
    expect(basis.unknown).toBe(0)
    expect(basis.estimated).toBeGreaterThan(0)
    expect(estimatedLeast).toBe(estimatedMost)
  })

  it('is unknown where no record has an answer at all', async () => {
    const silent = direct.map((record) => ({ ...record, usage: null }))
    const totals = totalsOf((await replayed(silent, { ...given, frontierFrom: 0 })).policies[0]?.tasks ?? [])
    expect(totals.basis).toMatchObject({ estimated: 0 })
    expect(totals.basis.unknown).toBe(totals.moved)
  })

  it('adds sums beyond what a number holds without loss', async () => {
    const dear = direct.map((record) => ({
      ...record,
      charge: { amount: Number.MAX_SAFE_INTEGER, flag: null },
    }))
    const { decided, recorded } = await replayed(dear, given)
    expect(totalsOf(recorded.tasks).certain).toBe(BigInt(decided) * BigInt(Number.MAX_SAFE_INTEGER))
  })
})

it('charges that the gateway could not be sure of are counted beside the sum', async () => {
  const unsure = direct.map((record) =>
    record.charge === null ? record : { ...record, charge: { ...record.charge, flag: 'uncertain' as const } },
  )
  const report = await replayed(unsure, given)
  const charged = direct.filter(({ charge }) => charge !== null).length
  expect(totalsOf(report.recorded.tasks).inexactCharges).toBe(charged)
  expect(replayText(report)).toContain(`${charged} charges were recorded as estimated or uncertain`)
})

describe('what another policy would have spent in energy', () => {
  it('is what nodes told, a mean of the same node for what moves to it, and unknown elsewhere', async () => {
    const { recorded, policies } = await replayed(direct, { ...given, frontierFrom: 1, tasks: {} })
    const [was, now] = [totalsOf(recorded.tasks), totalsOf(policies[0]?.tasks ?? [])]
    const told = direct.reduce((sum, { joules }) => sum + (joules ?? 0), 0)
    expect(was.joules).toBeCloseTo(told, 6)
    expect(was.estimatedJoules).toBe(0)
    expect(now.estimatedJoules).toBeGreaterThan(0)
    expect(now.withoutJoules).toBeLessThan(was.withoutJoules)
  })

  it('counts a judged answer that was given up, and one that was served once', async () => {
    const { recorded } = await replayed(judged, cascade)
    const told = judged.reduce((sum, { joules, judged: steps = [] }) => {
      const givenUp = steps.filter(({ outcome }) => outcome === 'unsure')
      return sum + (joules ?? 0) + givenUp.reduce((all, step) => all + (step.joules ?? 0), 0)
    }, 0)
    expect(totalsOf(recorded.tasks).joules).toBeCloseTo(told, 6)
  })
})

it('two policies are compared with each other too', async () => {
  const { between, policies } = await replayed(direct, given, { ...given, frontierFrom: 0 })
  expect(between).toEqual(policies[1]?.moves)
  expect((await replayed(direct, given, given)).between).toEqual([])
})

it('what was answered again or refused before a decision is counted apart', async () => {
  const { records, decided, answeredAgain, undecided } = await replayed(direct, given)
  expect(answeredAgain).toBe(direct.filter(({ replayOf }) => replayOf !== null).length)
  expect(undecided).toBe(direct.filter(({ plan, replayOf }) => plan === null && replayOf === null).length)
  expect(decided + answeredAgain + undecided).toBe(records)
})

it('a policy’s file is read as `nearside serve` reads it, and refused with its path', () => {
  const path = join(folder, 'policy.json')
  writeFileSync(path, '{"latencyMs": 900}')
  expect(openPolicy(path, '--policy').hash).toBe(
    policyHash({ ...defaultPolicy, latencyMs: 900, frontierFrom: 0.21 }),
  )
  writeFileSync(path, '{"latencyMS": 900}')
  expect(() => openPolicy(path, '--policy')).toThrow(/policy\.json\.latencyMS is not a setting/)
  expect(() => openPolicy(join(folder, 'none.json'), '--policy')).toThrow(/--policy: .*cannot be read/)
})

const usage = { promptTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 }
