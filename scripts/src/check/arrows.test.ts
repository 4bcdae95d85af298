import { expect, it } from 'vitest'
import { circleIn, readArrows } from './arrows.ts'

const drawn = (text: string) => readArrows(text).arrows.map(({ from, to }) => `${from}>${to}`)

it('reads an arrow line: every name on the left to every name on the right', () => {
  expect(drawn('# a\n\n    worker, env ──▶ budget, local-runtime\n')).toEqual([
    'worker>budget',
    'worker>local-runtime',
    'env>budget',
    'env>local-runtime',
  ])
  expect(readArrows('a\n\n  b ──▶ c').arrows[0]?.line).toBe(3)
})

it('reads a chain of arrows, each name to the next', () => {
  expect(drawn('    a ─▶ b, c ─▶ d')).toEqual(['a>b', 'a>c', 'b>d', 'c>d'])
})

it('takes no prose and no picture for an arrow line', () => {
  expect(drawn('A request goes a ──▶ b; then it stops.')).toEqual([])
  expect(drawn('    workers/  serves  ─┐\n                       ├─▶ shared/')).toEqual([])
})

it('knows a folder that says it imports nothing, or only the core, also across a line break', () => {
  expect(readArrows('Words. It imports\nnothing.').leaf).toBe(true)
  expect(readArrows('It imports only the core.').leaf).toBe(true)
  expect(readArrows('    budget ──▶ (only @nearside/core)')).toEqual({ arrows: [], leaf: true })
  expect(readArrows('It is important.').leaf).toBe(false)
})

it('finds a circle of arrows', () => {
  const arrows = (text: string) => readArrows(text).arrows
  expect(circleIn(arrows('a ──▶ b\nb ──▶ c\nc ──▶ b'))).toEqual(['b', 'c', 'b'])
  expect(circleIn(arrows('a ──▶ b, c\nb ──▶ c'))).toBeNull()
})
