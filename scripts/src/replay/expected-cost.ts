/**
 * What calls that nobody made would have cost and spent.
 *
 * Each is set down under its kind of task, target and rates, with its prompt; what its answer would have been is known only when
 * all records are read. Money is whole nano-dollars throughout: sums of prompts are exact, and each group is rounded once.
 */
import { costOf, type NanoUsd, NearsideError, type Price, type Rates, type TargetView } from '@nearside/core'
import type { Share } from './escalations.ts'
import type { Kind, Means } from './means.ts'
import type { Place } from './plans.ts'

/** Under which condition a call is made: always, or where a near answer that is looked at first does not stand. */
export type Condition = Place | 'always'

export type Call = {
  readonly task: string
  readonly target: TargetView
  readonly promptTokens: number
  readonly condition: Condition
}

export type Expected = {
  /** The least and the most, where nothing tells how often a near answer would not stand. */
  readonly least: bigint
  readonly most: bigint
  readonly joules: number
  /** Calls of whose energy nothing is known. */
  readonly withoutJoules: number
  /** Answers whose length nothing tells, which are in no sum. */
  readonly withoutLength: number
}

type Group = Kind & {
  readonly condition: Condition
  readonly rates: Rates | null
  calls: number
  promptTokens: bigint
}

export type ExpectedCalls = {
  add(call: Call): void
  sum(means: Means, shareOf: (condition: Place, task: string) => Share | null): ReadonlyMap<string, Expected>
}

const mostGroups = 20_000

export function openExpectedCalls(): ExpectedCalls {
  const groups = new Map<string, Group>()
  return {
    add({ task, target, promptTokens, condition }) {
      const rates = target.price === null ? null : ratesAt(target.price, promptTokens)
      const key = `${task}\n${target.name}\n${condition}\n${rates?.prompt} ${rates?.output}`
      const prompt = BigInt(promptTokens)
      const group = groups.get(key)
      if (group !== undefined) {
        group.calls++
        group.promptTokens += prompt
        return
      }
      if (groups.size >= mostGroups) {
        throw new NearsideError(
          'bad-options',
          `The records name more than ${mostGroups} targets and prices. Split the file by time.`,
        )
      }
      const { name, tier } = target
      groups.set(key, { task, target: name, tier, condition, rates, calls: 1, promptTokens: prompt })
    },
    sum(means, shareOf) {
      const byTask = new Map<string, Expected>()
      for (const group of groups.values()) {
        const of = expectedOf(
          group,
          means,
          group.condition === 'always' ? always : shareOf(group.condition, group.task),
        )
        const before = byTask.get(group.task)
        byTask.set(group.task, before === undefined ? of : together(before, of))
      }
      return byTask
    },
  }
}

const always: Share = { escalated: 1, judged: 1 }

function expectedOf(group: Group, means: Means, share: Share | null): Expected {
  const { rates, calls, promptTokens } = group
  const joules = means.joulesOf(group)
  const made = share === null ? 0 : (calls * share.escalated) / share.judged
  const energy = {
    joules: joules === null ? 0 : (made * joules.sum) / joules.count,
    withoutJoules: joules === null ? calls : 0,
  }
  if (rates === null) return { least: 0n, most: 0n, ...energy, withoutLength: 0 }
  const output = means.outputTokensOf(group)
  if (output === null) return { least: 0n, most: 0n, ...energy, withoutLength: calls }
  const [sum, count] = [BigInt(output.sum), BigInt(output.count)]
  const whole = promptTokens * BigInt(rates.prompt) * count + BigInt(calls) * sum * BigInt(rates.output)
  const cost = (part: bigint, of: bigint): bigint => rounded(whole * part, count * of)
  const most = share === null ? cost(1n, 1n) : cost(BigInt(share.escalated), BigInt(share.judged))
  return { least: share === null ? 0n : most, most, ...energy, withoutLength: 0 }
}

function together(one: Expected, other: Expected): Expected {
  return {
    least: one.least + other.least,
    most: one.most + other.most,
    joules: one.joules + other.joules,
    withoutJoules: one.withoutJoules + other.withoutJoules,
    withoutLength: one.withoutLength + other.withoutLength,
  }
}

/** The whole call is charged in the band of its prompt; no discount of a cache is assumed. */
function ratesAt(price: Price, promptTokens: number): Rates {
  return price.longContext !== null && promptTokens > price.longContext.above ? price.longContext : price
}

/** Half up. */
function rounded(over: bigint, under: bigint): bigint {
  return (2n * over + under) / (2n * under)
}

/** A call that was made, by the price that stood when it was. */
export function knownCost({ price }: TargetView, usage: Parameters<typeof costOf>[1]): NanoUsd {
  return price === null ? 0 : costOf(price, usage)
}
