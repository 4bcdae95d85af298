import { expect, it } from 'vitest'
import { type Case, digits, filled, pick, type Random, trial } from '../trial.testing.ts'
import { bases } from './bases.ts'

const figures = '0123456789ABCDEF'

/** A number as its digits in a base, the lowest first: the only thing that is kept, so no conversion is asked of the host. */
type Digits = readonly number[]

/** By doubling and adding on the digits themselves, as it is done on paper. */
function rewritten(from: Digits, base: number, to: number): Digits {
  let out: number[] = [0]
  for (const digit of [...from].reverse()) {
    let carry = digit
    out = out.map((each) => {
      const sum = each * base + carry
      carry = Math.floor(sum / to)
      return sum % to
    })
    while (carry > 0) {
      out.push(carry % to)
      carry = Math.floor(carry / to)
    }
  }
  return out
}

function written(value: Digits): string {
  const text = [...value]
    .reverse()
    .map((digit) => figures[digit])
    .join('')
  return text.replace(/^0+(?=.)/, '')
}

const names: Readonly<Record<number, readonly string[]>> = {
  2: ['binary', 'Binary'],
  8: ['octal'],
  10: ['decimal'],
  16: ['hex', 'hexadecimal', 'Hex'],
}
const foreign: Readonly<Record<number, readonly [de: string, fr: string, es: string]>> = {
  2: ['binär', 'binaire', 'binario'],
  16: ['hexadezimal', 'hexadécimal', 'hexadecimal'],
}
const prefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' }

function draw(random: Random): Case {
  const [from, to] = [pick(random, [2, 8, 10, 16]), pick(random, [2, 8, 10, 16])]
  const long = random(8) === 0
  const size = 1 + random(long ? 120 : 12)
  const value = Array.from({ length: size }, (_, i) => (i === size - 1 ? 1 + random(from - 1) : random(from)))
  if (random(20) === 0) value.splice(0, value.length, 0)
  const text = random(2) === 0 ? written(value) : written(value).toLowerCase()
  const answer = written(rewritten(value, from, to))
  const target = pick(random, names[to] ?? [])
  const named = `${pick(random, names[from] ?? [])} ${random(2) === 0 ? 'number ' : ''}${text}`
  const prefixed = `${prefixes[from] ?? ''}${text}`
  const asked = pick(random, [named, from === 10 ? named : prefixed, `${named.split(' ')[0]} ${prefixed}`])
  const bare = from === 10 && !/^[01]{4,}$/.test(text) ? text : asked
  const others = foreign[to]
  const [question = ''] = [
    pick(random, [
      filled('convert {x} to {b}', { x: asked, b: target }),
      filled('Convert the {x} into {b}.', { x: named, b: target }),
      filled('what is {x} in {b}?', { x: bare, b: target }),
      filled("what's {x} as {b}", { x: bare, b: target }),
      filled('{x} in {b}', { x: bare, b: target }),
      filled('write {x} in {b}, please', { x: bare, b: target }),
      others ? `Was ist ${bare} in ${others[0]}?` : `convert ${asked} to ${target}`,
      others ? `convertir ${bare} en ${others[1]}` : `convert ${asked} to ${target}`,
      others ? `convierte ${bare} a ${others[2]}` : `convert ${asked} to ${target}`,
    ]),
  ]
  return {
    question,
    answer: from === to ? null : answer,
    claimed: text.length <= 40 && question.length <= 140,
  }
}

it('writes a number in another base as it is done on paper', () => {
  const { wrong, answeredShare } = trial(bases, draw, 3_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.95)
})

/** Counted up from I, a unit at a time, by the rules of carrying: a numeral's place in the list is its value. */
const romans: readonly string[] = Array.from({ length: 4_000 }, (_, value) =>
  'I'
    .repeat(value)
    .replace(/I{1000}/g, 'M')
    .replace(/I{900}/, 'CM')
    .replace(/I{500}/, 'D')
    .replace(/I{400}/, 'CD')
    .replace(/I{100}/g, 'C')
    .replace(/I{90}/, 'XC')
    .replace(/I{50}/, 'L')
    .replace(/I{40}/, 'XL')
    .replace(/I{10}/g, 'X')
    .replace(/I{9}/, 'IX')
    .replace(/I{5}/, 'V')
    .replace(/I{4}/, 'IV'),
)

it('knows each Roman numeral from I to MMMCMXCIX, both ways', () => {
  const { wrong, answeredShare } = trial(bases, (random) => {
    const value = 1 + random(3_999)
    const roman = romans[value] ?? ''
    const cased = random(4) === 0 ? roman.toLowerCase() : roman
    return pick(random, [
      { question: `what is ${value} in Roman numerals?`, answer: roman },
      { question: `convert ${value} to a Roman numeral`, answer: roman },
      { question: `convert the Roman numeral ${cased} to a number`, answer: `${value}` },
      { question: `What number is the roman numeral ${cased}?`, answer: `${value}` },
    ])
  })
  expect(wrong).toEqual([])
  expect(answeredShare).toBe(1)
})

it('leaves digits of no base, of several, signed or broken, and numerals that nobody would write', () => {
  const known = new Set(romans)
  const { wrong } = trial(bases, (random) => {
    const numeral = Array.from({ length: 1 + random(16) }, () => pick(random, [...'IVXLCDM'])).join('')
    const target = pick(random, ['hex', 'binary', 'octal', 'decimal'])
    return {
      question: pick(random, [
        known.has(numeral)
          ? 'convert the roman numeral IIII to a number'
          : `convert the roman numeral ${numeral} to a number`,
        `what is ${4_000 + random(5_000)} in roman numerals?`,
        `what is 0${digits(random, 3)} in roman numerals?`,
        `convert ${Array.from({ length: 4 + random(9) }, () => random(2)).join('')} to ${target}`,
        `convert -${digits(random, 2)} to ${target}`,
        `convert ${digits(random, 2)}.${digits(random, 1)} to ${target}`,
        `convert 0${digits(random, 3)} to ${target}`,
        `convert ${digits(random, 2)}${pick(random, ['g', 'z', 'ff'])} to ${target}`,
        `convert binary ${digits(random, 3)}2 to ${target}`,
        `convert octal ${digits(random, 3)}8 to ${target}`,
        `convert 0b${digits(random, 3)}2 to ${target}`,
        `convert binary 0x${digits(random, 3)} to ${target}`,
        `convert ${digits(random, 3)} to base ${2 + random(30)}`,
        `convert ${digits(random, 3)} to ${target} and ${target}`,
        `convert ${digits(random, 2)}! to ${target}`,
      ]),
      answer: null,
    }
  })
  expect(wrong).toEqual([])
})
