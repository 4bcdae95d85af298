import { describe, expect, it } from 'vitest'
import { readRecord } from './read-record.ts'
import type { RequestRecord } from './record.ts'

const whole: RequestRecord = {
  version: 1,
  id: 'ns_1',
  tenant: 'acme',
  at: 1_760_000_000_000,
  durationMs: 12,
  stream: false,
  wishes: {
    ask: { kind: 'model', model: 'big' },
    privacy: { level: 'contractual', providers: ['a.test'] },
    latencyMs: null,
    quality: 0.5,
    strategy: null,
    mayUse: { tiers: ['local'] },
  },
  signals: {
    promptTokens: 5,
    outputTokens: null,
    turns: 1,
    difficulty: 0.2,
    gain: -0.1,
    task: 'chat',
    tools: false,
    schema: false,
    images: false,
    audio: false,
    edge: null,
  },
  field: [
    {
      name: 'local',
      tier: 'local',
      zone: 'premises',
      model: 'small',
      price: null,
      contextTokens: 8_192,
      tools: false,
      images: false,
      byNameOnly: false,
      standing: 'ready',
      firstTokenMs: null,
      expectedWaitMs: 500,
      lot: 0.5,
    },
  ],
  policy: 'abc',
  frontierFrom: 0.6,
  plan: {
    kind: 'serve',
    strategy: 'direct',
    steps: [{ target: 'local', tier: 'local', model: 'small' }],
    fallbacks: [],
    wished: 'local',
    reason: 'easy',
    confidence: 0.8,
    degraded: null,
    privacy: 'public',
  },
  steps: [
    {
      target: 'local',
      tier: 'local',
      model: 'small',
      attempt: 1,
      startedMs: 0,
      durationMs: 5,
      outcome: 'begun',
      error: null,
    },
  ],
  served: { target: 'local', tier: 'local', model: 'small', attempts: 1, firstTokenMs: null },
  degraded: null,
  outcome: 'answered',
  error: null,
  usage: { promptTokens: 5, cachedTokens: 0, outputTokens: 7, reasoningTokens: 0 },
  charge: { amount: 0, flag: null },
  joules: 2.5,
  answerConfidence: 0.9,
  overheadMs: 0,
  replayOf: null,
}

/** The record with one place changed. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredCopy(whole) as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop() ?? ''
  const place = names.reduce((at, name) => at[name] as Record<string, unknown>, copy)
  if (value === undefined) delete place[last]
  else place[last] = value
  return copy
}

const structuredCopy = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

describe('a record is read', () => {
  it('from its own JSON', () => {
    expect(readRecord(structuredCopy(whole))).toEqual(whole)
  })

  it('with fields of a newer gateway, which are kept', () => {
    expect(readRecord(changed('signals.mood', 'good'))).toMatchObject({ signals: { mood: 'good' } })
  })

  it.each(['wishes', 'signals', 'field', 'policy', 'frontierFrom', 'plan', 'served', 'usage', 'charge'])(
    'where there is no %s',
    (name) => {
      expect(readRecord(changed(name, null))).toMatchObject({ [name]: null })
    },
  )
})

describe('a record is refused with the path of what is wrong', () => {
  it.each<readonly [path: string, value: unknown, param: string]>([
    ['version', 2, 'record.version'],
    ['version', undefined, 'record.version'],
    ['id', 5, 'record.id'],
    ['durationMs', '12', 'record.durationMs'],
    ['wishes.privacy.level', 'secret', 'record.wishes.privacy.level'],
    ['wishes.privacy.providers.0', 5, 'record.wishes.privacy.providers[0]'],
    ['wishes.ask.kind', 'best', 'record.wishes.ask.kind'],
    ['wishes.ask.model', undefined, 'record.wishes.ask.model'],
    ['wishes.mayUse.tiers.0', 'cloud', 'record.wishes.mayUse.tiers[0]'],
    ['signals.promptTokens', -1, 'record.signals.promptTokens'],
    ['signals.task', undefined, 'record.signals.task'],
    ['field.0.zone', 'home', 'record.field[0].zone'],
    ['field.0.standing', 'up', 'record.field[0].standing'],
    [
      'field.0.price',
      { since: '2026-01-01', prompt: 1.5, cachedPrompt: 1, output: 1 },
      'record.field[0].price.prompt',
    ],
    ['field.0.price', undefined, 'record.field[0].price'],
    ['traffic', { requests: 5 }, 'record.traffic.moved'],
    ['budget', [{ model: 'large', left: -1, heardAt: 1 }], 'record.budget[0].left'],
    ['judged', [{ target: 'local' }], 'record.judged[0].tier'],
    ['plan.steps', [], 'record.plan.steps'],
    ['charge.amount', 0.5, 'record.charge.amount'],
    ['plan.kind', 'wait', 'record.plan.kind'],
    ['plan.reason', 'mood', 'record.plan.reason'],
    ['plan.steps.0.tier', 'cloud', 'record.plan.steps[0].tier'],
    ['plan.confidence', 2, 'record.plan.confidence'],
    ['steps', null, 'record.steps'],
    ['steps.0.outcome', 'won', 'record.steps[0].outcome'],
    ['charge.flag', 'guessed', 'record.charge.flag'],
    ['frontierFrom', 1.5, 'record.frontierFrom'],
  ])('%s = %j', (path, value, param) => {
    expect(() => readRecord(changed(path, value))).toThrow(
      expect.objectContaining({ code: 'bad-request', param }),
    )
  })

  it.each([null, [], 'x', 5, undefined])('%j is none at all', (value) => {
    expect(() => readRecord(value, 'line 3')).toThrow(/^line 3/)
  })
})
