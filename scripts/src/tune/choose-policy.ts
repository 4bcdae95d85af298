/**
 * Chooses the policy on one half of the requests: for each way of what a policy says once (where the unknown goes, whether a
 * table is used and what an answer is worth), the arms of the clusters are chosen, and the cheapest way that meets
 * the objectives is taken.
 */
import { type GivenPolicy, NearsideError } from '@nearside/core'
import type { Arm, Measure, Terms } from './arm.ts'
import { type Bounds, type Candidate, type Choice, choose } from './choose.ts'
import type { TaskCluster } from './clusters.ts'
import { type Objectives, slowShare } from './objectives.ts'

/** An arm in a cluster with what it came to there. */
export type Tried = { readonly arm: Arm; readonly measures: readonly Measure[] }

/** One way of saying what a policy says once, with every arm that was tried in each cluster. */
export type Way = {
  readonly terms: Terms
  readonly tried: readonly (readonly Tried[])[]
  /** Writes down what was chosen. */
  readonly policy: (arms: readonly Arm[]) => GivenPolicy
}

export type ChosenPolicy = {
  readonly way: Way
  readonly arms: readonly Arm[]
  readonly policy: GivenPolicy
  /** In parts of the objectives, on the half that it was chosen on; 0 where all are met. */
  readonly missedBy: number
  /** From the cheapest to the dearest, what could be had instead: an arm for each cluster. */
  readonly corners: readonly (readonly Arm[])[]
}

export function choosePolicy(
  clusters: readonly TaskCluster[],
  ways: readonly Way[],
  strongQuality: number,
  objectives: Objectives,
): ChosenPolicy {
  const all = clusters.reduce((sum, { rows }) => sum + rows.length, 0)
  const everyKnown = (of: (measure: Measure) => number | null): boolean =>
    ways.every(({ tried }) =>
      tried.every((arms) => arms.every(({ measures }) => measures.every((measure) => of(measure) !== null))),
    )
  const priced = everyKnown(({ usd }) => usd)
  // What is not known of every answer cannot be chosen by; the report then says that nobody knows.
  const bounds: Bounds = {
    quality: objectives.ofStrong ? objectives.quality * strongQuality : objectives.quality,
    usd: priced ? objectives.maxUsd : null,
    joules: everyKnown(({ joules }) => joules) ? objectives.maxJoules : null,
    slow: objectives.p95Ms !== null && everyKnown(({ latencyMs }) => latencyMs) ? slowShare : null,
  }
  let best: { way: Way; choice: Choice; corners: readonly Choice[]; cost: number } | null = null
  for (const way of ways) {
    const weighed = clusters.map(({ rows }, at) => ({
      weight: rows.length / all,
      candidates: way.tried[at]!.map(({ measures }) => candidateOf(measures, priced, objectives.p95Ms)),
    }))
    const { choice, corners } = choose(weighed, bounds)
    const cost = weighed.reduce(
      (sum, { weight, candidates }, at) =>
        weight === 0 ? sum : sum + weight * candidates[choice.picks[at]!]!.cost,
      0,
    )
    // An earlier way is the simpler one: another has to be worth a hundredth.
    const wins =
      best === null ||
      choice.missedBy < best.choice.missedBy - 1e-9 ||
      (choice.missedBy <= best.choice.missedBy + 1e-9 && cost < 0.99 * best.cost)
    if (wins) best = { way, choice, corners, cost }
  }
  if (best === null) throw new NearsideError('bad-options', 'There is no way to choose from.')
  const { way, choice, corners } = best
  const armsOf = ({ picks }: Choice): readonly Arm[] => picks.map((pick, at) => way.tried[at]![pick]!.arm)
  const arms = armsOf(choice)
  return { way, arms, policy: way.policy(arms), missedBy: choice.missedBy, corners: corners.map(armsOf) }
}

/** One pass: this runs for every arm of every way. */
function candidateOf(measures: readonly Measure[], priced: boolean, p95Ms: number | null): Candidate {
  // A cluster without requests weighs nothing.
  if (measures.length === 0) return { quality: 0, cost: 0, usd: 0, joules: 0, slow: 0 }
  let [quality, calls, usd, joules, slow] = [0, 0, 0, 0, 0]
  for (const measure of measures) {
    quality += measure.quality
    calls += measure.strong
    usd += measure.usd ?? Number.NaN
    joules += measure.joules ?? Number.NaN
    slow += measure.latencyMs === null ? Number.NaN : measure.latencyMs > (p95Ms ?? 0) ? 1 : 0
  }
  const mean = (sum: number): number | null => (Number.isNaN(sum) ? null : sum / measures.length)
  return {
    quality: quality / measures.length,
    cost: (priced ? mean(usd) : null) ?? calls / measures.length,
    usd: mean(usd),
    joules: mean(joules),
    slow: mean(slow),
  }
}
