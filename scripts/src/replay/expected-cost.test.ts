import type { Price, TargetView } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { type Call, openExpectedCalls } from './expected-cost.ts'
import type { Mean, Means } from './means.ts'

const price: Price = {
  since: '2026-01-01',
  prompt: 3,
  cachedPrompt: 1,
  output: 5,
  longContext: { above: 100, prompt: 7, cachedPrompt: 7, output: 11 },
}
const target: TargetView = {
  name: 'far',
  tier: 'frontier',
  zone: 'provider:far.example',
  model: 'large',
  price,
  contextTokens: 1_000,
  tools: false,
  images: false,
  byNameOnly: false,
  standing: 'ready',
  firstTokenMs: null,
  expectedWaitMs: null,
  lot: 0,
}
const means = (output: Mean | null): Means => ({
  add() {},
  outputTokensOf: () => output,
  joulesOf: () => null,
})
const call = (promptTokens: number, more: Partial<Call> = {}): Call => ({
  task: 'math',
  target,
  promptTokens,
  condition: 'always',
  ...more,
})

function sumOf(calls: readonly Call[], output: Mean | null, share: [number, number] | null = null) {
  const expected = openExpectedCalls()
  for (const each of calls) expected.add(each)
  const told = share === null ? null : { escalated: share[0], judged: share[1] }
  return expected.sum(means(output), () => told).get('math')
}

describe('calls that nobody made', () => {
  it('cost their prompt and a mean answer, half a nano-dollar rounded up', () => {
    expect(sumOf([call(10)], { sum: 3, count: 2 })).toMatchObject({ least: 38n, most: 38n })
    expect(sumOf([call(10), call(20)], { sum: 3, count: 2 })?.most).toBe(105n)
    expect(sumOf([call(10)], { sum: 4, count: 3 })?.most).toBe(37n)
  })

  it('are charged whole in the band of their prompt', () => {
    expect(sumOf([call(100)], { sum: 1, count: 1 })?.most).toBe(305n)
    expect(sumOf([call(101)], { sum: 1, count: 1 })?.most).toBe(718n)
    expect(sumOf([call(100), call(101)], { sum: 1, count: 1 })?.most).toBe(1_023n)
  })

  it('are made as often as near answers did not stand, or nobody knows how often', () => {
    const behind = call(10, { condition: 'local, then frontier' })
    expect(sumOf([behind, behind], { sum: 2, count: 1 }, [1, 4])).toMatchObject({ least: 20n, most: 20n })
    expect(sumOf([behind, behind], { sum: 2, count: 1 })).toMatchObject({ least: 0n, most: 80n })
  })

  it('cost nothing where nothing is charged, and nothing that is known where no answer tells a length', () => {
    const free = { target: { ...target, price: null } }
    expect(sumOf([call(10, free)], null)).toMatchObject({ most: 0n, withoutLength: 0 })
    expect(sumOf([call(10)], null)).toMatchObject({ most: 0n, withoutLength: 1 })
  })
})
