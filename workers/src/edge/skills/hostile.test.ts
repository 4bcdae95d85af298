/**
 * Texts made to be slow for what the skills do: near-matches of each form, without end, and texts whose answer would be
 * longer than the text by its own length.
 *
 * Work is told as processor time against the same skill's on a quarter of the text, with a wide margin: what is linear
 * takes four times as long, what is quadratic sixteen times, and a form that backtracks does not end.
 */
import { readChatRequest } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { arithmetic } from '../arithmetic/arithmetic.ts'
import { ask, pick, seeded } from '../trial.testing.ts'
import { bases } from './bases.ts'
import { calendar } from './calendar.ts'
import { greetings } from './greetings.ts'
import { percentages } from './percentages.ts'
import { text } from './text.ts'
import { units } from './units.ts'
import { uuids } from './uuids.ts'
import { zones } from './zones.ts'

const skills = [arithmetic, percentages, units, bases, calendar, zones, text, greetings, uuids(() => 'id')]
const large = 100_000

/** What stands before the repeated piece, the piece, and what makes the whole a near-match or a match. */
const texts: readonly (readonly [head: string, piece: string, tail: string])[] = [
  ['how many words are in "', "a'b", '-"'],
  ['how many words are in "', "'", 'a"'],
  ['how many words are in "', '.,;:', '"'],
  ['how many words are in "', 'Ab', '"'],
  ['how many words are in "', 'A b ', 'c."'],
  ['how many times does the letter "a" appear in "', 'aA', '"'],
  ['how many times does "a" appear in "', 'éé a', '"'],
  ["uppercase '", "a'b", "'"],
  ["uppercase '", "a'b", ''],
  ['uppercase "', 'ß', '"'],
  ['uppercase "', '👍🏽', '"'],
  ['change "', 'word ', 'word" to title case'],
  ['reverse the string "', 'e\u0301', '"'],
  ['reverse the words in "', 'word ', 'word"'],
  ['trim "', ' ', 'a b"'],
  ['trim "a', ' ', 'b"'],
  ['trim "', ' ', '"'],
  ['slugify "', 'a ', '"'],
  ['slugify "', '!', 'a"'],
  ['sort these words: ', 'a, ', 'b'],
  ['sort these words: ', 'ab,', 'c'],
  ['sort these words:\n', 'a  ', 'a'],
  ['sort these lines:\n', `${'a '.repeat(99)}\n`, 'b'],
  ['sort these lines:\n', `${'ab'.repeat(99)}\n`, 'b'],
  ['sort these numbers in ascending order: ', '1.5, ', '2'],
  ['sort these numbers in ascending order:\n', '900719925474099.123456789\n', '2'],
  ['sort these numbers in ascending order:\n', '1', ''],
  ['remove duplicate lines:\n', 'a\n', 'b'],
  ['extract all emails from "', 'a.', '@b.org"'],
  ['extract all emails from "', 'a@', 'b.org"'],
  ['extract all emails from "', 'a@b-', '.org"'],
  ['extract all emails from "a@', 'b.', 'org"'],
  ['extract all emails from "', 'a@b.org ', '"'],
  ['extract all urls from "', 'http:', '//a"'],
  ['extract all urls from "', 'https://a.', 'org"'],
  ['extract all urls from "', 'a.b', '"'],
  ['extract all numbers from "', '1 ', 'a"'],
  ['extract all numbers from "1', ' ', 'a"'],
  ['extract all numbers from "', 'teent', ' 5"'],
  ['extract all numbers from "', '9', '"'],
  ['extract the dates from "', '2024-02-', '29"'],
  ['extract the dates from "', 'mayjun', ' 2024-02-29"'],
  ['extract the dates from "', '1/', '"'],
  ['format this JSON: {"a":"', 'a', '"}'],
  ['format this JSON: {"a":"', '\\"', '"}'],
  ['format this JSON: {"a":"', '\\\\', '"}'],
  ['format this JSON: [', '"', ']'],
  ['format this JSON: [', '1,', '1]'],
  [`format this JSON: ${'['.repeat(99)}`, '1,', `1${']'.repeat(99)}`],
  ['format this JSON: ', '[', ''],
  ['format this JSON: ', '[]', ''],
  ['minify this JSON:\n[', ' \t', ']'],
  ['is this valid JSON? [', ' ]', ' x'],
  ['is this valid JSON? {', '}', '}'],
  ['is this valid JSON? [', '"\\', ']'],
  ['convert this CSV to JSON:\na,b\n', 'c,d\n', 'e,f'],
  ['convert this CSV to JSON:\n', 'name,', 'x\na,b'],
  [`convert this CSV to JSON:\n${'long name '.repeat(3)}x,y\n`, 'c,d\n', 'e,f'],
  ['base64 encode "', '漢', '"'],
  ['base64 decode ', 'aGVs', 'bG8='],
  ['base64 decode ', 'aGVs', '='],
  ['url encode "', '漢', '"'],
  ['url decode "', '%e6%bc', '"'],
  ['url decode "', '%41', '"'],
  ['sha256 of "', 'a', '"'],
  ['', 'please ', 'uppercase "a"'],
  ['', ' ', 'uppercase "a"'],
  ['uppercase ', '"a" ', ''],
  ['uppercase ', '“', '”'],
  ['uppercase the ', 'text ', '"a"'],
  ['sort these words', ':', ' a, b'],
  ['', '\n', 'uppercase "a"'],
  ['uppercase:\n```\n', '```', '\n```'],
]

function cpuMs(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 2; i++) {
    const from = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(from)
    best = Math.min(best, (user + system) / 1_000)
  }
  return best
}

const asked = (content: string) => readChatRequest({ model: 'auto', messages: [{ role: 'user', content }] })

describe('hostile texts', () => {
  it('TRUST 34: skills read near-matches of every form in linear time', () => {
    const slow = texts.filter(([head, piece, tail]) => {
      const of = (length: number) => {
        const request = asked(`${head}${piece.repeat(Math.ceil(length / piece.length))}${tail}`)
        return cpuMs(() => skills.map((skill) => skill.offer(request)))
      }
      const isLinear = () => of(large) < 10 * of(large / 4) + 60
      return !isLinear() && !isLinear()
    })
    expect(slow).toEqual([])
  })

  it('TRUST 34: no answer is longer than its question by more than a stated factor', () => {
    const longest = texts.map(([head, piece, tail]) => {
      const question = `${head}${piece.repeat(Math.ceil(large / piece.length))}${tail}`
      return (ask(skills, question)?.length ?? 0) / question.length
    })
    // A character of three bytes is nine when it is encoded for a URL.
    expect(Math.max(...longest)).toBeLessThan(20)

    const header = 'a'.repeat(large / 4)
    const rows = 'a,b\n'.repeat(large / 8)
    for (const name of [header, header.slice(0, 500)])
      expect(ask(skills, `convert this CSV to JSON:\n${name},x${name}\n${rows}c,d`)).toBeNull()
    const deep = `format this JSON:\n${'['.repeat(100)}${'1,'.repeat(large / 4)}1${']'.repeat(100)}`
    expect(ask(skills, deep)).toBeNull()
  })

  it('TRUST 34: short questions cost little, whatever is repeated in them', () => {
    const random = seeded(34)
    const parts =
      'what is |convert |how many |in |to |of |days |between |from |and |5|1.|%|²|a|A|0x|f|2024-02-29|may |1st |M|IV|"|\'|:|, |please |tell me |square |US gallon|°C|-|−|de |en |the |UTC|Europe/|12:30 |uuid |v4 |( |['.split(
        '|',
      )
    const questions = Array.from({ length: 400 }, () => {
      const [one, two] = [pick(random, parts), pick(random, parts)]
      const body = `${pick(random, parts)}${one.repeat(1 + random(60))}${two}${one.repeat(random(60))}${pick(random, parts)}`
      return asked(body.slice(0, 300))
    })
    for (const request of questions) skills.map((skill) => skill.offer(request))
    const costs = questions.map((request) => cpuMs(() => skills.map((skill) => skill.offer(request))))
    // Tens of microseconds are usual; a form that backtracks takes seconds.
    expect(Math.max(...costs)).toBeLessThan(1_000)
  })

  it('TRUST 34: brackets, digits and powers without end are no sum', () => {
    const random = seeded(35)
    for (let run = 0; run < 300; run++) {
      const piece = pick(random, [
        '(',
        ')',
        '((1+',
        '9',
        '9^',
        '2^9^',
        '1/3+',
        '-',
        '√',
        'sqrt(',
        '9'.repeat(59),
        '1/7*',
        '+',
        '9**',
      ])
      const question = `what is ${piece.repeat(Math.ceil(290 / piece.length))}`.slice(0, 299)
      const request = asked(`${question}${pick(random, ['', '1', ')', '='])}`)
      expect(cpuMs(() => skills.map((skill) => skill.offer(request)))).toBeLessThan(1_000)
    }
    for (const question of [
      `what is ${'9'.repeat(large)} + 1`,
      `${'('.repeat(large)}1+1${')'.repeat(large)}`,
    ]) {
      expect(ask(skills, question)).toBeNull()
    }
  })
})
