/** Operations on a text that the prompt gives. Expected answers are spelt out by plain means, a loop or the host's own codec. */
import { createHash } from 'node:crypto'
import { type EdgeRow, fill, pick, type Random } from './row.ts'

type Maker = (random: Random) => EdgeRow | null

const words =
  'apple river stone green quiet window morning garden silver paper yellow music forest bridge candle ocean kitchen travel winter purple'.split(
    ' ',
  )
const names = 'ana bob carla dimitri eve farid grace hugo'.split(' ')

const some = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => pick(random, words))
const about = 'text'
const quoted = (random: Random, text: string): string =>
  random(4) === 0 ? `“${text}”` : random(4) === 0 ? `'${text}'` : `"${text}"`

const counting: Maker = (random) => {
  const list = some(random, 2 + random(8))
  const text = `${list.join(' ')}${pick(random, ['', '.', '!'])}`
  const letter = pick(random, [...'aeiorst'])
  let [letters, seen] = [0, 0]
  for (const char of list.join('')) {
    letters++
    if (char === letter) seen++
  }
  const q = quoted(random, text)
  const one = pick(random, words)
  let inOne = 0
  for (const char of one) if (char === letter) inOne++
  const [says, answer] = pick(random, [
    ['How many words are in {q}?', list.length],
    ['count the words in {q}', list.length],
    ['How many words are there in the sentence {q}?', list.length],
    ['Count the number of words in this text: {q}', list.length],
    ['how many characters are in {q}?', [...text].length],
    ['Count the characters in {q}.', [...text].length],
    ['how many letters are in {q}?', letters],
    ['how many times does the letter "{letter}" appear in {q}?', seen],
    ['How many times does "{letter}" occur in {q}?', seen],
    ["How many {letter}'s are in {one}?", inOne],
    ["how many {letter}'s are in the word {one}?", inOne],
    ['How many letters are in the word "{one}"?', one.length],
    ['Wie viele Wörter sind in {q}?', list.length],
    ['Combien de mots y a-t-il dans {q} ?', list.length],
    ['¿Cuántas palabras hay en {q}?', list.length],
  ] as const)
  return { text: fill(says, { q, letter, one }), answer: String(answer), about }
}

const casing: Maker = (random) => {
  const text = some(random, 1 + random(5)).join(' ')
  const mixed = [...text].map((char, i) => (i % 3 === 0 ? char.toUpperCase() : char)).join('')
  const upper = [...text]
    .map((char) => (char === ' ' ? char : String.fromCharCode(char.charCodeAt(0) - 32)))
    .join('')
  const title = text
    .split(' ')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
  const [says, answer] = pick(random, [
    ['convert {m} to uppercase', upper],
    ['Convert {m} to lowercase.', text],
    ['make {q} upper case', upper],
    ['Write {q} in all caps', upper],
    ['uppercase {q}', upper],
    ['Convert the following text to lowercase: {m}', text],
    ['change {q} to title case', title],
    ['convert {q} to Title Case', title],
    ['Convert the following text to uppercase:\n```\n{raw}\n```', upper],
  ] as const)
  return { text: fill(says, { q: quoted(random, text), m: quoted(random, mixed), raw: text }), answer, about }
}

const turning: Maker = (random) => {
  const list = some(random, 2 + random(4))
  const text = list.join(' ')
  let backwards = ''
  for (const char of text) backwards = char + backwards
  const back = [...list[0]!].reverse().join('')
  const slug = list.join('-')
  const [says, answer] = pick(random, [
    ['reverse the string {q}', backwards],
    ['Reverse the letters in {q}', backwards],
    ['reverse the word "{one}"', back],
    ['reverse "{one}"', back],
    ['Reverse the order of the words in {q}', [...list].reverse().join(' ')],
    ['create a slug from {s}', slug],
    ['slugify {s}', slug],
    ['Make a URL slug from {s}', slug],
    ['trim "  {raw}  "', text],
    ['Remove leading and trailing whitespace from "   {raw} "', text],
  ] as const)
  const s = `"${list.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(' ')}!"`
  return { text: fill(says, { q: quoted(random, text), one: list[0]!, s, raw: text }), answer, about }
}

function insertion<T>(list: readonly T[], isBefore: (a: T, b: T) => boolean): T[] {
  const sorted: T[] = []
  for (const item of list) {
    const at = sorted.findIndex((other) => isBefore(item, other))
    sorted.splice(at < 0 ? sorted.length : at, 0, item)
  }
  return sorted
}

const listing: Maker = (random) => {
  const list = [...new Set(some(random, 3 + random(5)))]
  const doubled = [...list, pick(random, list), pick(random, list)]
  const numbers = [...new Set(Array.from({ length: 3 + random(5) }, () => random(500) - 50))]
  const up = insertion(list, (a, b) => a < b)
  const asc = insertion(numbers, (a, b) => a < b)
  const [says, answer] = pick(random, [
    ['sort these words alphabetically: {list}', up.join(', ')],
    ['Sort the following words in alphabetical order: {list}', up.join(', ')],
    ['Sort these lines alphabetically:\n{lines}', up.join('\n')],
    ['sort the following lines:\n```\n{lines}\n```', up.join('\n')],
    ['sort these numbers in ascending order: {numbers}', asc.join(', ')],
    ['Sort these numbers from largest to smallest: {numbers}', [...asc].reverse().join(', ')],
    ['sort the numbers {numbers} in descending order', [...asc].reverse().join(', ')],
    ['Remove duplicates from this list: {doubled}', list.join(', ')],
    ['remove duplicate lines:\n{doubledLines}', list.join('\n')],
    ['Remove the duplicate lines from this text:\n```\n{doubledLines}\n```', list.join('\n')],
  ] as const)
  const values = { list: list.join(', '), lines: list.join('\n'), numbers: numbers.join(', ') }
  return {
    text: fill(says, { ...values, doubled: doubled.join(', '), doubledLines: doubled.join('\n') }),
    answer,
    about,
  }
}

const extracting: Maker = (random) => {
  const mails = [
    ...new Set(
      Array.from({ length: 1 + random(3) }, () => `${pick(random, names)}@${pick(random, words)}.com`),
    ),
  ]
  const links = [
    ...new Set(
      Array.from(
        { length: 1 + random(3) },
        () => `https://${pick(random, words)}.org/${pick(random, words)}`,
      ),
    ),
  ]
  const dates = Array.from(
    { length: 1 + random(3) },
    () => `20${10 + random(20)}-0${1 + random(9)}-1${random(10)}`,
  )
  const numbers = Array.from({ length: 2 + random(3) }, () => String(1 + random(900)))
  const around = (items: readonly string[]): string =>
    items.map((item) => `${some(random, 2).join(' ')} ${item}`).join(' and ')
  const [says, found] = pick(random, [
    ['extract all email addresses from: "{x}"', mails],
    ['Extract the emails from this text: "{x}"', mails],
    ['extract all URLs from "{x}"', links],
    ['Extract the links from the following text:\n```\n{x}\n```', links],
    ['extract all numbers from "{x}"', numbers],
    ['Extract the dates from "{x}"', [...new Set(dates)]],
  ] as const)
  const given = found === numbers || found === mails || found === links ? found : dates
  if (given === dates && new Set(dates).size < dates.length) return null
  return { text: fill(says, { x: around(given) }), answer: found.join('\n'), about }
}

const coding: Maker = (random) => {
  const text = some(random, 1 + random(4)).join(' ')
  const base64 = Buffer.from(text, 'utf8').toString('base64')
  const query = `${text}&x=${random(9)}`
  const [says, answer] = pick(random, [
    ['base64 encode {q}', base64],
    ['Encode {q} in base64', base64],
    ['what is {q} in base64?', base64],
    ['base64 decode "{base64}"', text],
    ['Decode this base64: {base64}', text],
    ['decode the base64 string "{base64}"', text],
    ['url encode "{query}"', encodeURIComponent(query)],
    ['URL-decode "{encoded}"', query],
    ['sha256 of {q}', createHash('sha256').update(text).digest('hex')],
    ['What is the SHA-256 hash of {q}?', createHash('sha256').update(text).digest('hex')],
  ] as const)
  return {
    text: fill(says, { q: quoted(random, text), base64, query, encoded: encodeURIComponent(query) }),
    answer,
    about,
  }
}

const structure: Maker = (random) => {
  const value: Record<string, unknown> = {}
  for (const word of some(random, 2 + random(3)))
    value[word] = pick<unknown>(random, [
      random(1000),
      some(random, 2),
      true,
      null,
      { [pick(random, names)]: pick(random, words) },
      'a: "b"',
    ])
  const tight = JSON.stringify(value)
  const wide = JSON.stringify(value, null, 4)
  const rows = Array.from({ length: 1 + random(3) }, () => ({
    name: pick(random, names),
    colour: pick(random, words),
  }))
  const csv = ['name,colour', ...rows.map((row) => `${row.name},${row.colour}`)].join('\n')
  const [says, answer] = pick(random, [
    ['format this JSON: {tight}', JSON.stringify(value, null, 2)],
    ['Pretty-print this JSON:\n```json\n{tight}\n```', JSON.stringify(value, null, 2)],
    ['minify this JSON:\n{wide}', tight],
    ['Minify the following JSON:\n```\n{wide}\n```', tight],
    ['is this valid JSON? {tight}', 'Yes'],
    ['Is this valid JSON?\n{broken}', 'No'],
    ['convert this CSV to JSON:\n{csv}', JSON.stringify(rows, null, 2)],
    ['Convert the following CSV to JSON:\n```csv\n{csv}\n```', JSON.stringify(rows, null, 2)],
  ] as const)
  return { text: fill(says, { tight, wide, csv, broken: `${tight.slice(0, -1)},}` }), answer, about }
}

export const textMakers: readonly (readonly [Maker, number])[] = [
  [counting, 200],
  [casing, 120],
  [turning, 110],
  [listing, 130],
  [extracting, 80],
  [coding, 120],
  [structure, 110],
]
