/** Whoever may be chosen, in the operator's order: the edge where it answers, the local nodes, the frontier. Their prices are today's. */
import type { Target } from '@nearside/core'
import { wrong } from './checks.ts'
import type { Endpoint } from './endpoint.ts'
import type { NearsideOptions } from './options.ts'
import { type ResolvedUpstream, resolveUpstreams } from './resolve-upstreams.ts'

export type ResolvedTargets = {
  /** What chats. */
  readonly targets: () => readonly Target[]
  /** What makes embeddings. */
  readonly embedders: () => readonly Target[]
  /** By the target's name; the edge has none. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
}

export function resolveTargets(
  given: NearsideOptions,
  answersAtEdge: boolean,
  now: () => number,
): ResolvedTargets {
  const edge = answersAtEdge ? [edgeTarget] : []
  const chatting = (resolved: readonly ResolvedUpstream[]): readonly Target[] => [
    ...edge,
    ...resolved.filter(({ embeds }) => !embeds).map(({ target }) => target),
  ]
  const embedding = (resolved: readonly ResolvedUpstream[]): readonly Target[] =>
    resolved.filter(({ embeds }) => embeds).map(({ target }) => target)
  const upstreams = resolveUpstreams(given, now())
  const targets = chatting(upstreams)
  const embedders = embedding(upstreams)
  if (targets.length + embedders.length === 0)
    throw wrong('frontier', 'or local or edge is needed: nothing could answer')
  return {
    targets: daily(targets, now, (at) => chatting(resolveUpstreams(given, at))),
    embedders: daily(embedders, now, (at) => embedding(resolveUpstreams(given, at))),
    endpoints: new Map(upstreams.map(({ target, endpoint }) => [target.name, endpoint])),
  }
}

const edgeTarget: Target = {
  name: 'edge',
  tier: 'edge',
  zone: 'gateway',
  model: 'edge',
  price: null,
  contextTokens: Number.MAX_SAFE_INTEGER,
  tools: false,
  images: false,
  byNameOnly: false,
}

const dayMs = 86_400_000

/** Prices have dates, and a gateway may run for months, or be loaded while its clock still stands at zero. */
function daily<T>(first: T, now: () => number, make: (at: number) => T): () => T {
  let made = first
  let day = Math.floor(now() / dayMs)
  return () => {
    const at = now()
    const today = Math.floor(at / dayMs)
    if (today !== day) {
      made = make(at)
      day = today
    }
    return made
  }
}
