/**
 * What this isolate has heard of its upstreams, as the decision sees it.
 *
 * All models of one node share what is heard of it: they share its hardware. A frontier's models do not. Bounded by the number
 * of upstreams, and lost without harm when the isolate is put away.
 */
import {
  afterOutcome,
  expectedWaits,
  firstTokenP95Ms,
  type Health,
  isLasting,
  type NodeView,
  nextProbeAt,
  type Outcome,
  probesDue,
  restLeftMs,
  standing,
  type Target,
  type TargetView,
  unknownHealth,
  unknownNodeHealth,
  viewOf,
} from '@nearside/core'
import type { Options } from '../options/resolve-options.ts'
import { type Lookout, lookAt } from './look-at.ts'
import { openRefusals, type Refusal, type Refusals } from './refusals.ts'

/** What a node does not have, and what an upstream has against the gateway, beside what every call may end in. */
export type Heard =
  | Outcome
  | { readonly type: 'model-missing' }
  | { readonly type: 'refused'; readonly refusal: Refusal }

export type Fleet = {
  /** The targets with what was heard of them: what the decision is made from. */
  field(): readonly TargetView[]
  heard(target: string, outcome: Heard): void
  /** What the upstreams have against the gateway's own key, right or address. */
  readonly refusals: Pick<Refusals, 'of' | 'keyRefusedLately'>
  /** Within how long nineteen of twenty of its streams have lately begun; null where nothing was heard. */
  firstTokenP95Ms(target: string): number | null
  /** How long an upstream will still rest; null where it may be asked now. */
  restLeftMs(target: string): number | null
  /** The nodes of the operator's own by name, in the operator's order. */
  nodes(): readonly NodeNow[]
  /** Looks at those of which too little is known, behind an answer. A single node is asked, whatever is known of it. */
  lookAround(waitUntil: (work: Promise<unknown>) => void): void
}

export type NodeNow = {
  readonly name: string
  readonly standing: TargetView['standing']
  readonly expectedWaitMs: number | null
  readonly view: NodeView
}

export function openFleet(options: Options): Fleet {
  const lookouts = lookoutsOf(options)
  const health = new Map<string, Health>([...lookouts.keys()].map((name) => [name, unknownNodeHealth]))
  const of = (target: string): Health => health.get(keyOf(target)) ?? unknownHealth
  /** A node's name, or a target's own where it is none of a node. */
  const keyOf = (target: string): string => {
    const slash = target.indexOf('/')
    if (slash === -1) return target
    const node = target.slice(0, slash)
    return lookouts.has(node) ? node : target
  }
  /** Until when a node is taken at its word that it does not have a model, by the target's name. */
  const missing = new Map<string, number>()
  const refusals = openRefusals(options)
  const several = lookouts.size > 1
  let lastField: readonly TargetView[] | null = null
  let lastTargets: Options['targets'] | null = null

  function waits(now: number): ReadonlyMap<string, number | null> {
    const names = [...lookouts.keys()]
    const expected = expectedWaits(
      names.map((name) => of(name).node!),
      now,
    )
    return new Map(names.map((name, i) => [name, expected[i] ?? null]))
  }

  function view(target: Target, now: number, wait: ReadonlyMap<string, number | null>): TargetView {
    const health = of(target.name)
    const its = viewOf(target, health, {
      limits: options.breaker,
      now,
      expectedWaitMs: wait.get(keyOf(target.name)) ?? null,
      lot: several && health.node !== null ? options.random() : 0,
    })
    const lacks = its.standing === 'ready' && (missing.get(target.name) ?? 0) > now
    return lacks ? { ...its, standing: 'resting' } : its
  }

  function hear(key: string, outcome: Outcome): void {
    const before = of(key)
    const after = afterOutcome(before, outcome, options.breaker, options.now())
    if (after === before) return
    health.set(key, after)
    lastField = null
  }

  async function look(name: string, lookout: Lookout): Promise<void> {
    const report = await lookAt(lookout, options.fetch)
    hear(name, report === null ? { type: 'probe-failed' } : { type: 'probe-answered', report })
  }

  return {
    field() {
      const { targets } = options
      // Prices change at midnight, and the targets with them.
      if (lastField !== null && lastTargets === targets) return lastField
      const now = options.now()
      const wait = lookouts.size === 0 ? noWaits : waits(now)
      const field = targets.map((target) => view(target, now, wait))
      // A rest ends and a load grows old by themselves; all else changes only when something is heard.
      if (targets.every(({ name }) => isLasting(of(name)))) {
        lastField = field
        lastTargets = targets
      }
      return field
    },
    heard(target, outcome) {
      if (outcome.type === 'answer-begun') refusals.answered(target)
      if (outcome.type === 'refused') {
        refusals.heard(target, outcome.refusal)
        return hear(keyOf(target), { type: 'call-failed' })
      }
      if (outcome.type !== 'model-missing') return hear(keyOf(target), outcome)
      missing.set(target, options.now() + missingHoldsMs)
      hear(keyOf(target), { type: 'call-undecided' })
    },
    refusals,
    firstTokenP95Ms: (target) => firstTokenP95Ms(of(target)),
    restLeftMs: (target) => restLeftMs(of(target).breaker, options.breaker, options.now()),
    nodes() {
      const now = options.now()
      const wait = waits(now)
      return [...lookouts.keys()].map((name) => ({
        name,
        standing: standing(of(name), options.breaker, now),
        expectedWaitMs: wait.get(name) ?? null,
        view: of(name).node!,
      }))
    },
    lookAround(waitUntil) {
      if (!several) return
      const now = options.now()
      const due = probesDue(health, options.breaker, now)
      if (due.length === 0) return
      const looks = due.map((name) => {
        hear(name, { type: 'probe-begun', nextProbeAt: nextProbeAt(now, options.random()) })
        return look(name, lookouts.get(name)!)
      })
      waitUntil(Promise.all(looks))
    },
  }
}

const noWaits: ReadonlyMap<string, number | null> = new Map()

/** Models are loaded and pulled while a gateway runs. */
const missingHoldsMs = 60_000

/** Where each node tells of its load: in the operator's order, by the node's name. */
function lookoutsOf({ targets, embedders, endpoints }: Options): ReadonlyMap<string, Lookout> {
  const lookouts = new Map<string, Lookout>()
  for (const { name, tier, zone } of [...targets, ...embedders]) {
    const endpoint = endpoints.get(name)
    const node = name.split('/', 1)[0]!
    // What a binding carries has no page that could be looked at.
    if (tier !== 'local' || endpoint === undefined || endpoint.send !== null || lookouts.has(node)) continue
    lookouts.set(node, {
      url: endpoint.url.replace(/\/(?:chat\/completions|embeddings)$/, '/load'),
      headers: endpoint.headers.whole,
      zone,
    })
  }
  return lookouts
}
