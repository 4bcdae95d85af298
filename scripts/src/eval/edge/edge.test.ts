import { readChatRequest } from '@nearside/core'
import {
  arithmetic,
  askEdge,
  bases,
  calendar,
  greetings,
  percentages,
  text,
  units,
  zones,
} from '@nearside/workers'
import { describe, expect, it } from 'vitest'
import { halfOf } from './suite/row.ts'
import { edgeSuite } from './suite/suite.ts'

const skills = [arithmetic, percentages, units, bases, calendar, zones, text, greetings]
const rows = edgeSuite().map((row) => ({
  ...row,
  half: halfOf(row.text),
  said:
    askEdge(readChatRequest({ model: 'auto', messages: [{ role: 'user', content: row.text }] }), skills)
      ?.text ?? null,
}))

const seeds = process.env.NEARSIDE_LONG === '1' ? 50 : 2
const ask = (content: string): string | null =>
  askEdge(readChatRequest({ model: 'auto', messages: [{ role: 'user', content }] }), skills)?.text ?? null

it('agrees with the independent calculation on suites that nobody has looked at', () => {
  for (let seed = 1_000; seed < 1_000 + seeds; seed++) {
    const wrong = edgeSuite(seed).flatMap((row) => {
      const said = ask(row.text)
      return said === null || said === row.answer ? [] : [{ ...row, said }]
    })
    expect(wrong).toEqual([])
  }
}, 300_000)

describe('the suite of phrasings', () => {
  it('is two thousand and more, a third of them traps, each once', () => {
    expect(rows.length).toBeGreaterThanOrEqual(2_000)
    expect(rows.filter((row) => row.answer === null).length * 3).toBeGreaterThanOrEqual(rows.length)
    expect(new Set(rows.map((row) => row.text)).size).toBe(rows.length)
  })

  it.each(['tuned', 'held'] as const)(
    'is answered without a wrong answer, and four in five of what has one: the half that is %s',
    (half) => {
      const own = rows.filter((row) => row.half === half)
      expect(own.filter((row) => row.said !== null && row.said !== row.answer)).toEqual([])
      const answerable = own.filter((row) => row.answer !== null)
      expect(answerable.filter((row) => row.said !== null).length).toBeGreaterThanOrEqual(
        0.8 * answerable.length,
      )
    },
  )
})
