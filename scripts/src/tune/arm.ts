/**
 * An arm: one strategy with its parameters, and what a request comes to under it.
 *
 * The rules are the gateway's: `direct` holds the judge's score against a threshold, and what the judge knows nothing of
 * goes where the policy says; `cascade` asks the near model, and the frontier where it is not believed; `consistency` lets a
 * near answer stand where a second one says the same; `domain` weighs what a measured table promises against the cost.
 */
import { clusterOf, type DomainTable, routingScore } from '@nearside/core'
import type { Known, Need, Told } from './known.ts'

export type Arm =
  | { readonly strategy: 'direct'; readonly frontierFrom: number }
  | { readonly strategy: 'cascade'; readonly bar: number }
  | { readonly strategy: 'consistency' }
  | { readonly strategy: 'domain' }

/** What a policy says once for every kind of task. */
export type Terms = {
  readonly whenUnknown: 'frontier' | 'local'
  /** Null where no table is used. */
  readonly domain: { readonly worthUsd: number; readonly tableFor: (id: string) => DomainTable } | null
}

export type Measure = Told & {
  /** Whether the frontier was asked. */
  readonly strong: 0 | 1
}

/** What it comes to, or the answer that has to be known first. */
export function outcomeOf(arm: Arm, known: Known, terms: Terms): Measure | Need {
  const { local, frontier, second } = known
  switch (arm.strategy) {
    case 'direct':
      return goesUp(arm.frontierFrom, known, terms) ? alone(frontier, 'frontier') : alone(local, 'local')
    case 'domain': {
      const up = domainGoesUp(known, terms)
      if (typeof up === 'string') return up
      return up ? alone(frontier, 'frontier') : alone(local, 'local')
    }
    case 'cascade':
      if (local === undefined) return 'local'
      if (local.confidence !== null && local.confidence >= arm.bar) return { ...toldOf(local), strong: 0 }
      return frontier === undefined ? 'frontier' : after(local, frontier)
    case 'consistency': {
      if (local === undefined) return 'local'
      if (second === undefined) return 'second'
      const both = sumOf(local, second, Math.max)
      if (second.agrees) return { ...both, quality: local.quality, strong: 0 }
      return frontier === undefined ? 'frontier' : after(both, frontier)
    }
  }
}

export function nameOf(arm: Arm): string {
  switch (arm.strategy) {
    case 'direct':
      if (arm.frontierFrom <= 0) return 'frontier alone'
      return arm.frontierFrom > mostGain ? 'local alone' : `direct, from ${arm.frontierFrom}`
    case 'cascade':
      return `cascade, bar ${arm.bar}`
    case 'consistency':
      return 'consistency'
    case 'domain':
      return 'domain'
  }
}

/** A threshold of 1 is reached by no score that the judge gives. */
const mostGain = 0.999
export const frontierAlone: Arm = { strategy: 'direct', frontierFrom: 0 }
export const localAlone: Arm = { strategy: 'direct', frontierFrom: 1 }

function goesUp(frontierFrom: number, known: Known, { whenUnknown }: Terms): boolean {
  if (known.difficulty === null) return whenUnknown === 'frontier'
  return routingScore(known) >= frontierFrom
}

/** Where nothing was measured of its like, the thresholds would decide: of `domain` as an arm, that is the frontier's. */
function domainGoesUp(known: Known, { domain }: Terms): boolean | Need {
  if (domain === null) return true
  const quality = clusterOf(domain.tableFor(known.id), known)?.quality
  if (quality?.frontier === undefined || quality.local === undefined) return true
  if (known.frontier === undefined) return 'frontier'
  if (known.local === undefined) return 'local'
  const dearer = (known.frontier.usd ?? 0) - (known.local.usd ?? 0)
  return quality.frontier - quality.local > dearer / domain.worthUsd
}

function alone(told: Told | undefined, need: 'local' | 'frontier'): Measure | Need {
  return told === undefined ? need : { ...toldOf(told), strong: need === 'frontier' ? 1 : 0 }
}

function after(near: Told, frontier: Told): Measure {
  return { ...sumOf(near, frontier, (a, b) => a + b), quality: frontier.quality, strong: 1 }
}

/** What is unknown of one is unknown of both. */
function sumOf(one: Told, other: Told, together: (a: number, b: number) => number): Told {
  const with2 = (a: number | null, b: number | null, of: (a: number, b: number) => number): number | null =>
    a === null || b === null ? null : of(a, b)
  const plus = (a: number, b: number): number => a + b
  return {
    quality: one.quality,
    usd: with2(one.usd, other.usd, plus),
    joules: with2(one.joules, other.joules, plus),
    latencyMs: with2(one.latencyMs, other.latencyMs, together),
  }
}

function toldOf({ quality, usd, joules, latencyMs }: Told): Told {
  return { quality, usd, joules, latencyMs }
}
