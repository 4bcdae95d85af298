/**
 * What the property tests of the edge share: seeded draws, and the trial that a skill stands.
 *
 * A case is a question made of drawn values, with the one right answer by a calculation that shares no code with the
 * skill's. The skill says that answer or abstains. Because a skill that always abstains is never wrong, a trial also
 * counts how much was answered of what the skill claims to understand.
 */
import { readChatRequest } from '@nearside/core'
import type { EdgeAnswerer } from './answerer.ts'

/** A whole number from 0 to below `below`. */
export type Random = (below: number) => number

export type Case = {
  readonly question: string
  /** Null: whoever answers is wrong. */
  readonly answer: string | null
  /** Whether the skill promises it; of an extreme it may abstain without being counted. @default true */
  readonly claimed?: boolean
}

type Outcome = {
  /** The first few. */
  readonly wrong: readonly {
    readonly question: string
    readonly answer: string | null
    readonly said: string
  }[]
  /** Of the cases that are claimed and have an answer. */
  readonly answeredShare: number
}

export function trial(
  skills: EdgeAnswerer | readonly EdgeAnswerer[],
  draw: (random: Random) => Case,
  runs = 600,
): Outcome {
  const random = seeded(20_261_121)
  const cases = Array.from({ length: process.env.NEARSIDE_LONG === '1' ? runs * 50 : runs }, () =>
    draw(random),
  )
  const heard = cases.map((each) => ({ ...each, said: ask(skills, each.question) }))
  const claimed = heard.filter(({ answer, claimed = true }) => answer !== null && claimed)
  return {
    wrong: heard
      .flatMap(({ question, answer, said }) =>
        said === null || said === answer ? [] : [{ question, answer, said }],
      )
      .slice(0, 12),
    answeredShare: claimed.filter(({ said }) => said !== null).length / claimed.length,
  }
}

/** What the skills say to one plain question. A skill that throws fails the test: `askEdge` would have hidden it. */
export function ask(skills: EdgeAnswerer | readonly EdgeAnswerer[], question: string): string | null {
  const request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: question }] })
  for (const skill of [skills].flat()) {
    const offer = skill.offer(request)
    if (offer !== null) return offer.text
  }
  return null
}

/** A linear congruence with its high bits taken: the same draws for the same seed. */
export function seeded(seed: number): Random {
  let state = BigInt(seed)
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn
    return Number(((state >> 24n) * BigInt(below)) >> 40n)
  }
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[random(from.length)]
  if (one === undefined) throw new TypeError('There is nothing to pick from.')
  return one
}

/** The text with each `{name}` filled in. */
export function filled(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}

/** As many digits as wanted, the first of them no zero. */
export function digits(random: Random, count: number): string {
  return Array.from({ length: count }, (_, i) => (i === 0 ? 1 + random(9) : random(10))).join('')
}

/** A fraction that is never brought to lowest terms; its denominator is positive. */
export type Pair = readonly [numerator: bigint, denominator: bigint]

/** A decimal as it is written: `-12.50` is -1250/100. */
export function pairOf(written: string): Pair {
  const [whole = '', places = ''] = written.split('.')
  return [BigInt(whole + places), 10n ** BigInt(places.length)]
}

/** By long division, a digit at a time: the whole decimal if it ends within `most` places, else null. */
export function decimalOf([numerator, denominator]: Pair, most: number): string | null {
  const negative = numerator < 0n
  let rest = negative ? -numerator : numerator
  let text = `${rest / denominator}`
  rest %= denominator
  for (let places = 0; rest !== 0n; places++) {
    if (places === most) return null
    if (places === 0) text += '.'
    rest *= 10n
    text += `${rest / denominator}`
    rest %= denominator
  }
  return `${negative && numerator !== 0n ? '-' : ''}${text}`
}
