/**
 * Records by a seed, for tests and benches: requests of all kinds, each decided by the core under a policy that is given, with an
 * answer as long and as sure as chance will have it. They are like a gateway's in form, and say nothing of any real traffic.
 */
import {
  costOf,
  decide,
  type Plan,
  type Policy,
  policyHash,
  priceOf,
  type RequestRecord,
  recordVersion,
  type Signals,
  type Step,
  type StepRecord,
  type TargetView,
  taskKinds,
  type Usage,
  type Wishes,
} from '@nearside/core'
import { seededRandom } from '../train/random.ts'

export type GeneratedTerms = {
  readonly count: number
  readonly seed: number
  readonly policy: Policy
  /** Of the first record, in milliseconds since the epoch. @default 2026-11-01 */
  readonly from?: number
  /** Between two records. @default 250 */
  readonly everyMs?: number
}

const firstOfNovember = Date.UTC(2026, 10, 1)
const frontierPrice = priceOf('gpt-5-mini', '2026-11-01')

export function* generatedRecords({
  count,
  seed,
  policy,
  from = firstOfNovember,
  everyMs = 250,
}: GeneratedTerms): Generator<RequestRecord> {
  const random = seededRandom(seed)
  const hash = policyHash(policy)
  for (let i = 0; i < count; i++) yield generatedRecord(`ns_${i}`, from + i * everyMs, random, policy, hash)
}

function generatedRecord(
  id: string,
  at: number,
  random: () => number,
  policy: Policy,
  hash: string,
): RequestRecord {
  const signals = someSignals(random)
  const wishes = someWishes(random)
  const field = someField(random)
  const common = { version: recordVersion, id, tenant: 'acme', at, overheadMs: 0 } as const
  const nothing = {
    wishes: null,
    signals: null,
    field: null,
    policy: null,
    frontierFrom: null,
    plan: null,
    steps: [],
    served: null,
    degraded: null,
    usage: null,
    charge: null,
    joules: null,
    answerConfidence: null,
    replayOf: null,
  }
  const chance = random()
  if (chance < 0.005)
    return { ...common, ...nothing, durationMs: 1, stream: false, outcome: 'refused', error: 'bad-request' }
  if (chance < 0.01)
    return {
      ...common,
      ...nothing,
      durationMs: 1,
      stream: false,
      outcome: 'answered',
      error: null,
      replayOf: `${id}_first`,
    }
  const plan = decide(signals, wishes, policy, field)
  return {
    ...common,
    ...nothing,
    wishes,
    signals,
    field,
    policy: hash,
    frontierFrom: policy.frontierFrom,
    traffic: null,
    plan,
    stream: signals.stream === true,
    ...carriedOut(plan, signals, field, random),
  }
}

type Carried = Pick<
  RequestRecord,
  | 'durationMs'
  | 'steps'
  | 'judged'
  | 'served'
  | 'outcome'
  | 'error'
  | 'usage'
  | 'charge'
  | 'joules'
  | 'answerConfidence'
>

function carriedOut(
  plan: Plan,
  signals: Signals,
  field: readonly TargetView[],
  random: () => number,
): Carried {
  if (plan.kind === 'refuse') {
    const none = { served: null, usage: null, charge: null, joules: null, answerConfidence: null }
    return { ...none, durationMs: 1, steps: [], outcome: 'refused', error: 'no-tier-left' }
  }
  const [first, second] = plan.steps
  const judged: StepRecord[] = []
  let served: Step = first
  if ((plan.check?.kind === 'cascade' || plan.check?.kind === 'consistency') && second !== undefined) {
    const confidence = random()
    const stands = confidence >= (plan.check.kind === 'cascade' ? plan.check.bar : plan.check.alikeFrom)
    const words =
      plan.check.kind === 'cascade' ? (['served', 'unsure'] as const) : (['agreed', 'differed'] as const)
    const agreement = plan.check.kind === 'cascade' ? {} : { agreement: confidence }
    const step = { ...first, outcome: words[stands ? 0 : 1], confidence, faults: [], ...agreement }
    judged.push({ ...step, joules: joulesOf(first, random), tookMs: 300 })
    if (!stands) served = second
  }
  const target = field.find(({ name }) => name === served.target)
  const usage: Usage = {
    promptTokens: served.tier === 'edge' ? 0 : Math.floor(signals.promptTokens * 0.8),
    cachedTokens: 0,
    outputTokens: served.tier === 'edge' ? 0 : 20 + Math.floor(random() * 600),
    reasoningTokens: 0,
  }
  const amount = target === undefined || target.price === null ? 0 : costOf(target.price, usage)
  return {
    durationMs: 200 + Math.floor(random() * 4_000),
    steps: [{ ...served, attempt: 1, startedMs: 0, durationMs: 80, outcome: 'begun', error: null }],
    ...(judged.length === 0 ? {} : { judged }),
    served: { ...served, attempts: 1, firstTokenMs: signals.stream === true ? 120 : null },
    outcome: 'answered',
    error: null,
    usage,
    charge: served.tier === 'frontier' ? { amount, flag: null } : null,
    joules: joulesOf(served, random),
    answerConfidence: served.tier === 'local' ? random() : null,
  }
}

function joulesOf({ tier }: Step, random: () => number): number | null {
  return tier === 'local' ? Math.round(random() * 4_000) / 100 : null
}

function someSignals(random: () => number): Signals {
  const difficulty = random() < 0.03 ? null : random() ** 1.5
  return {
    promptTokens: Math.floor(20 * 400 ** random()),
    outputTokens: random() < 0.5 ? null : 512,
    turns: 1 + Math.floor(random() * 6),
    difficulty,
    gain: difficulty === null ? null : difficulty * 0.6 - 0.1,
    task: difficulty === null ? null : (taskKinds[Math.floor(random() * taskKinds.length)] ?? null),
    tools: random() < 0.05,
    schema: random() < 0.05,
    images: random() < 0.02,
    audio: false,
    ...(random() < 0.5 ? { stream: true as const } : {}),
    edge: random() < 0.04 ? { answerer: 'arithmetic', confidence: 1 } : null,
  }
}

function someWishes(random: () => number): Wishes {
  const chance = random()
  const level =
    chance < 0.04 ? 'never-leave' : chance < 0.06 ? 'contractual' : chance < 0.16 ? 'sensitive' : 'public'
  const asked = random()
  return {
    ask:
      asked < 0.05
        ? { kind: 'tier', tier: 'frontier' }
        : asked < 0.08
          ? { kind: 'model', model: 'small' }
          : { kind: 'auto' },
    privacy: { level, providers: level === 'contractual' ? ['frontier.example'] : [] },
    latencyMs: random() < 0.2 ? 100 + Math.floor(random() * 3_000) : null,
    quality: random() < 0.05 ? 0.5 : null,
    strategy: null,
  }
}

function someField(random: () => number): readonly TargetView[] {
  const common = { standing: 'ready', byNameOnly: false, wholeMs: null, images: false, tools: false } as const
  const node = (name: string): TargetView => ({
    ...common,
    name,
    tier: 'local',
    zone: 'premises',
    model: 'small',
    price: null,
    contextTokens: 8_192,
    standing: random() < 0.02 ? 'resting' : 'ready',
    firstTokenMs: 100 + Math.floor(random() * 900),
    expectedWaitMs: Math.floor(random() * 500),
    lot: random(),
  })
  return [
    {
      ...common,
      name: 'edge',
      tier: 'edge',
      zone: 'gateway',
      model: 'edge',
      price: null,
      contextTokens: 1_000_000,
      firstTokenMs: null,
      expectedWaitMs: null,
      lot: random(),
    },
    node('node-a'),
    node('node-b'),
    {
      ...common,
      name: 'frontier',
      tier: 'frontier',
      zone: 'provider:frontier.example',
      model: 'gpt-5-mini',
      price: frontierPrice,
      contextTokens: 400_000,
      tools: true,
      images: true,
      firstTokenMs: 400,
      expectedWaitMs: null,
      lot: random(),
    },
  ]
}
