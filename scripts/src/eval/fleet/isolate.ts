/**
 * One isolate of a gateway: a view of its own of every node, made and read by the very functions that the gateway uses, and
 * nothing that another isolate knows.
 */
import {
  afterOutcome,
  byExpectedWait,
  decide,
  defaultBreakerLimits,
  defaultPolicy,
  expectedWaits,
  type Health,
  nextProbeAt,
  type Outcome,
  probesDue,
  restLeftMs,
  type Signals,
  type Target,
  type TargetView,
  unknownNodeHealth,
  viewOf,
  type Wishes,
} from '@nearside/core'

export type Isolate = {
  /** The nodes in the order in which they are to be asked, as names. */
  choose(now: number): readonly string[]
  /** The same by what is known now, when some have said that they have no slot free. */
  chooseByWait(now: number): readonly string[]
  rests(node: string, now: number): boolean
  hear(node: string, outcome: Outcome, now: number): void
  /** The nodes to look at behind an answer. */
  looks(now: number): readonly string[]
}

export function openIsolate(names: readonly string[], random: () => number): Isolate {
  const health = new Map<string, Health>(names.map((name) => [name, unknownNodeHealth]))
  const targets = names.map(targetOf)
  const hear = (node: string, outcome: Outcome, now: number): void => {
    health.set(node, afterOutcome(health.get(node)!, outcome, defaultBreakerLimits, now))
  }
  const field = (now: number): readonly TargetView[] => {
    const waits = expectedWaits(
      names.map((name) => health.get(name)!.node!),
      now,
    )
    return targets.map((target, i) =>
      viewOf(target, health.get(target.name)!, {
        limits: defaultBreakerLimits,
        now,
        expectedWaitMs: waits[i] ?? null,
        lot: random(),
      }),
    )
  }
  return {
    choose(now) {
      const plan = decide(easy, wishes, defaultPolicy, field(now))
      return plan.kind === 'serve' ? [...plan.steps, ...plan.fallbacks].map(({ target }) => target) : []
    },
    chooseByWait: (now) => byExpectedWait(field(now)).map(({ name }) => name),
    rests: (node, now) => restLeftMs(health.get(node)!.breaker, defaultBreakerLimits, now) !== null,
    hear,
    looks(now) {
      const due = probesDue(health, defaultBreakerLimits, now)
      for (const node of due) {
        hear(node, { type: 'probe-begun', nextProbeAt: nextProbeAt(now, random()) }, now)
      }
      return due
    },
  }
}

const targetOf = (name: string): Target => ({
  name,
  tier: 'local',
  zone: 'premises',
  model: 'small',
  price: null,
  contextTokens: 8_192,
  tools: false,
  images: false,
  byNameOnly: false,
})

const easy: Signals = {
  promptTokens: 50,
  outputTokens: null,
  turns: 1,
  difficulty: 0.1,
  gain: null,
  task: null,
  tools: false,
  schema: false,
  images: false,
  audio: false,
  edge: null,
}

const wishes: Wishes = {
  ask: { kind: 'auto' },
  privacy: { level: 'public', providers: [] },
  latencyMs: null,
  quality: null,
  strategy: null,
}
