import { expect, it } from 'vitest'
import { balanced, byExpectedWait } from './balanced.ts'
import type { TargetView } from './target.ts'

const node = (name: string, expectedWaitMs: number | null, lot: number, given: Partial<TargetView> = {}) =>
  ({ name, tier: 'local', standing: 'ready', expectedWaitMs, lot, ...given }) as TargetView
const order = (nodes: readonly TargetView[]) => balanced(nodes, () => 0).map(({ name }) => name)

it('takes the best of the few that were drawn, not the best of all, and has the others behind by their wait', () => {
  const nodes = [
    node('best', 1, 0.9),
    node('a', 50, 0.1),
    node('b', 20, 0.2),
    node('c', 30, 0.3),
    node('d', 40, 0.4),
    node('e', 10, 0.8),
  ]
  expect(order(nodes)).toEqual(['b', 'best', 'e', 'c', 'd', 'a'])
})

it('leaves it to chance where nothing is known', () => {
  expect(order([node('a', null, 0.9), node('b', null, 0.2), node('c', null, 0.5)])[0]).toBe('b')
})

it('leaves frontiers in the order that the operator gave', () => {
  const frontier = { tier: 'frontier' } as const
  expect(order([node('a', 9, 0.9, frontier), node('b', 1, 0.1, frontier)])).toEqual(['a', 'b'])
})

it('gives each of equal nodes its share', () => {
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const first = Array.from({ length: 6_000 }, () => order(names.map((name) => node(name, 5, random())))[0]!)
  for (const name of names) {
    const share = first.filter((other) => other === name).length
    expect(Math.abs(share - 1_000)).toBeLessThan(150)
  }
})

it('puts those that rest behind, however short their line, once what is known decides', () => {
  const resting = node('resting', 0, 0, { standing: 'resting' })
  expect(byExpectedWait([resting, node('slow', 9, 0), node('quick', 1, 1)]).map(({ name }) => name)).toEqual([
    'quick',
    'slow',
    'resting',
  ])
})
