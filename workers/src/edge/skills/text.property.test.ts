import { expect, it } from 'vitest'
import { type Case, pick, type Random, trial } from '../trial.testing.ts'
import { text } from './text.ts'

const plain =
  'apple river stone green quiet window morning garden silver yellow forest bridge candle ocean kitchen travel'.split(
    ' ',
  )
const accented = 'crème brûlée über straßen señor façade naïve čaj łódź Ærø øl ångström'.split(' ')
/** Two lists of letters, one below the other: each stands above its capital. */
const small =
  'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïñòóôõöøùúûüýčďěňřšťůžąćęłńóśźżőűабвгдежзийклмнопрстуфхцчшщъыьэюя'
const large =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝČĎĚŇŘŠŤŮŽĄĆĘŁŃÓŚŹŻŐŰАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ'
/** What is several characters, or one thing on the screen of several characters, or read from the right, or cased by its language. */
const hard = [
  '👍🏽',
  '👩‍👩‍👧',
  '𝒜𝒷',
  'e\u0301cole',
  'n\u0303o',
  'שלום',
  'مرحبا',
  '你好世界',
  'こんにちは',
  'สวัสดี',
  'ﬁne',
  'İzmir',
  'ısı',
  'değil',
  'şiir',
  'ΟΔΟΣ',
  'λόγος',
  'Ǆ',
  'ŉ',
  'Weiß',
  'a\u200bb',
  '\u202eabc',
  'a\u00adb',
  'well-known',
  'O’Brien’s',
  "l'eau",
  '3.14',
  '1,000',
  'a\\nb',
  '\ud83d',
]

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wordParts = new Intl.Segmenter('en', { granularity: 'word' })
const characters = (given: string): string[] => [...graphemes.segment(given)].map(({ segment }) => segment)

const some = (random: Random, from: readonly string[], count: number): string[] =>
  Array.from({ length: count }, () => pick(random, from))

/** A text of words, in which one draw in three puts something hard. */
function drawText(random: Random): {
  readonly given: string
  readonly words: readonly string[]
  readonly easy: boolean
} {
  const words = some(random, random(5) === 0 ? [...plain, ...accented] : plain, 2 + random(7))
  const easy = random(3) > 0
  if (!easy) words.splice(random(words.length), 1, pick(random, hard))
  return { given: words.join(' '), words, easy }
}

function quoted(random: Random, given: string): string {
  const fits = [
    ['"', '"'],
    ['“', '”'],
    ['«', '»'],
    ['„', '“'],
  ].filter((marks) => !marks.some((mark) => given.includes(mark)))
  const [open, close] = given.includes("'") || random(4) > 0 ? pick(random, fits) : ["'", "'"]
  return `${open}${given}${close}`
}
const fenced = (given: string): string => `\n\`\`\`\n${given}\n\`\`\``
const shown = (random: Random, given: string): string =>
  random(4) === 0 ? fenced(given) : quoted(random, given)

function count(given: string, part: string): number {
  let found = 0
  for (const each of characters(given)) if (each === part) found++
  return found
}

function drawCount(random: Random): Case {
  const { given, words, easy } = drawText(random)
  const letter = pick(random, [...'aeiorst'])
  const word = pick(random, plain)
  const segments = [...wordParts.segment(given)].filter((part) => part.isWordLike).length
  const letters = characters(given).filter((each) => /^\p{L}\p{M}*$/u.test(each)).length
  const q = shown(random, given)
  const inline = quoted(random, given)
  // Other cases and accents of a letter are it to some.
  const near = characters(given.normalize('NFD').toLowerCase()).filter((each) =>
    each.startsWith(letter),
  ).length
  const [says, answer, claimed = true] = pick<readonly [string, number | null, boolean?]>(random, [
    [
      `How many words are in ${q.startsWith('\n') ? `the text:${q}` : q}?`,
      words.length === segments ? segments : null,
      !q.startsWith('\n'),
    ],
    [`count the words in the following text: ${inline}`, words.length === segments ? segments : null],
    [`Wie viele Wörter sind in ${inline}?`, words.length === segments ? segments : null],
    [
      `Combien de mots y a-t-il dans ${inline} ?`,
      words.length === segments && !/['’]/.test(given) ? segments : null,
    ],
    [`¿Cuántas palabras hay en ${inline}?`, words.length === segments ? segments : null],
    [`how many characters are there in ${inline}?`, characters(given).length],
    [`Count the number of characters in this text:${fenced(given)}`, characters(given).length],
    [`how many letters are in the phrase ${inline}`, letters, /^[a-z ]*$/.test(given)],
    [
      `how many times does the letter "${letter}" appear in ${inline}?`,
      count(given, letter) === near ? near : null,
    ],
    [
      `How many times does the character '${letter}' occur in ${inline}?`,
      count(given, letter) === near ? near : null,
    ],
    [`how many ${letter}'s are in the word ${word}?`, count(word, letter)],
    [`How many letters are in the word "${word}"?`, word.length],
    [`how many lines are in:${fenced(words.join('\n'))}`, words.length],
  ])
  return {
    question: says,
    answer: answer === null ? null : String(answer),
    claimed: claimed && easy && !/[^ -~\u00e0-\u024f]/.test(given),
  }
}

it('counts words, characters, letters and lines as a segmenter does, or not at all', () => {
  const { wrong, answeredShare } = trial(text, drawCount, 1_500)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.85)
})

const pairs: (readonly [string, string])[] = [...small].map((letter, place) => [
  letter,
  [...large][place] ?? '',
])
const self = (letters: string): (readonly [string, string])[] =>
  [...letters].map((letter) => [letter, letter])
const capitals = new Map([...pairs, ...self(`${large}Ǆ𝒜𝒷`)])
const smalls = new Map([
  ...pairs.map(([a, b]): [string, string] => [b, a]),
  ...self(`${small}ßŉﬁ𝒜𝒷`),
  ['Ǆ', 'ǆ'],
])

/** By the two lists, what has no case as it is; null where a letter of another kind is among them. */
function cased(given: string, letters: ReadonlyMap<string, string>): string | null {
  let out = ''
  for (const each of given) {
    const known = letters.get(each) ?? (/\p{Lo}|[^\p{L}\p{Surrogate}]/u.test(each) ? each : null)
    if (known === null) return null
    out += known
  }
  return out
}

/** Turkish has a capital of its own for i; ğ and ş are in no language that has not. Greek drops accents in capitals. */
const caseOfLanguage = /[ıİğşĞŞ\p{Script=Greek}]/u

function drawCase(random: Random): Case {
  const { given, words, easy } = drawText(random)
  const mixed = [...given].map((each) => (random(3) === 0 ? (cased(each, capitals) ?? each) : each)).join('')
  const q = shown(random, mixed)
  const [block, inline] = [q.startsWith('\n'), quoted(random, mixed)]
  const [upper, lower] = [cased(mixed, capitals), cased(mixed, smalls)]
  const sure = (answer: string | null): string | null => (caseOfLanguage.test(mixed) ? null : answer)
  const capital = words.map((word) => `${cased(word.slice(0, 1), capitals)}${word.slice(1)}`).join(' ')
  const [question, answer, claimed = true] = pick<readonly [string, string | null, boolean?]>(random, [
    [`convert ${inline} to uppercase`, sure(upper)],
    [`Write ${inline} in all caps, please`, sure(upper)],
    [block ? `Convert the following text to uppercase:${q}` : `uppercase ${q}`, sure(upper)],
    [`Convert ${inline} to lowercase.`, sure(lower)],
    [`change ${inline} into lower case`, sure(lower)],
    [`Change ${quoted(random, given)} to title case`, /^[a-z ]+$/.test(given) ? capital : null],
    [`reverse the string ${inline}`, characters(mixed).reverse().join('')],
    [`Reverse the order of the words in ${inline}`, mixed.split(' ').reverse().join(' ')],
    [
      `reverse the word "${words[0]}"`,
      characters(words[0] ?? '')
        .reverse()
        .join(''),
    ],
    [`trim "${' '.repeat(random(4))}${given}${' '.repeat(1 + random(4))}"`, given],
  ])
  const easyCase = easy && !/[^ -~\u00e0-\u024f]/.test(mixed) && !caseOfLanguage.test(mixed)
  return { question, answer, claimed: claimed && easyCase }
}

it('changes letter case by a list of letters and their capitals, and turns a text round by what is seen of it', () => {
  const { wrong, answeredShare } = trial(text, drawCase, 2_000)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.85)
})

function insertion<T>(items: readonly T[], isBefore: (a: T, b: T) => boolean): T[] {
  const out: T[] = []
  for (const item of items) {
    let at = out.length
    while (at > 0 && isBefore(item, out[at - 1] as T)) at--
    out.splice(at, 0, item)
  }
  return out
}

/** As whole numbers of a billionth of a billionth, so that no digit is lost. */
function exact(written: string): bigint {
  const [whole = '', places = ''] = written.replace('-', '').split('.')
  const size = BigInt(whole + places.padEnd(18, '0'))
  return written.startsWith('-') ? -size : size
}

function decimal(random: Random): string {
  const size = pick(random, [1, 2, 3, 15])
  const whole = size === 15 ? '900719925474099' : String(random(10 ** size))
  const places = pick(random, [
    '',
    '',
    `.${random(10)}`,
    `.${random(10)}${random(10)}`,
    `.00000000${random(10)}`,
    '.1250',
  ])
  return `${random(4) === 0 && whole !== '0' ? '-' : ''}${whole}${places}`
}

function drawList(random: Random): Case {
  const drawn = some(random, plain, 2 + random(7))
  const list = [...new Set([...drawn, 'zebra', 'ant'])]
  const doubled = [...drawn, pick(random, drawn), 'final']
  const once = insertion(doubled, () => false).filter((item, place, all) => all.indexOf(item) === place)
  const numbers = Array.from({ length: 2 + random(6) }, () => decimal(random))
  const up = insertion(list, (a, b) => a < b)
  const values = numbers.map(exact)
  const tied = new Set(values).size < new Set(numbers).size
  const ascending = insertion(numbers, (a, b) => exact(a) < exact(b))
  const descending = insertion(numbers, (a, b) => exact(a) > exact(b))
  const comma = pick(random, [', ', ','])
  const join = (items: readonly string[]): string => items.join(', ')
  const [question, answer, claimed = true] = pick<readonly [string, string | null, boolean?]>(random, [
    [`sort these words alphabetically: ${list.join(comma)}`, join(up)],
    [`Sort the following lines in alphabetical order:\n${list.join('\n')}`, up.join('\n')],
    [`sort these lines:${fenced(list.join('\n'))}`, up.join('\n')],
    [`sort these lines:${fenced(list.join('\r\n'))}`, up.join('\r\n'), false],
    [`Sort these numbers in ascending order: ${join(numbers)}`, tied ? null : join(ascending), !tied],
    [
      `sort the numbers from largest to smallest:\n${numbers.join('\n')}`,
      tied ? null : descending.join('\n'),
      !tied,
    ],
    [
      `sort these numbers from smallest to largest:${fenced(numbers.join('\n'))}`,
      tied ? null : ascending.join('\n'),
      !tied,
    ],
    [`Remove the duplicates from this list: ${doubled.join(comma)}`, join(once)],
    [`remove duplicate lines:\n${doubled.join('\n')}`, once.join('\n')],
    [`remove all duplicate lines from this text:${fenced(doubled.join('\n'))}`, once.join('\n')],
  ])
  return { question, answer, claimed }
}

it('sorts as putting each in its place does, to the last digit, and keeps the first of what is there twice', () => {
  const { wrong, answeredShare } = trial(text, drawList, 1_200)
  expect(wrong).toEqual([])
  expect(answeredShare).toBeGreaterThan(0.9)
})

it('leaves what has two readings: a letter that is a word, a last item that may be an instruction, commas of two kinds', () => {
  const { wrong } = trial(text, (random) => {
    const words = some(random, plain, 3)
    const list = [...new Set([...words, 'fig', 'yew'])]
    const [one = '', two = ''] = words
    const wish = pick(
      random,
      'backwards descending desc asc uppercase lowercase capitalised numbered reversed roughly quickly pls thanks sorted'.split(
        ' ',
      ),
    )
    return {
      question: pick(random, [
        `how many times does the word "a" appear in "a ${one} and a ${two}"?`,
        `how many times does "a" appear in "a ${one} and a ${two}"?`,
        `How many times does "I" occur in "I saw, I won"?`,
        `how many m are in km?`,
        `how many g are in ${pick(random, ['kg', 'oz', 'lb', 'mg'])}`,
        `how many ms are in ${pick(random, ['min', 'days', 'hrs'])}?`,
        `how many e are in this`,
        `sort these words: ${list.join(', ')}, ${wish}`,
        `remove duplicates from this list: ${one}, ${one}, ${two}, ${wish}`,
        `remove duplicate lines:\n${one}\n${one}\n${two}\nand sort them`,
        `remove duplicate lines:\n${one}\n${one}\n${two}\n${wish}`,
        `sort these lines:\n${list.join('\n')}\n${wish}`,
        `remove duplicates from this text:${fenced(`${one} ${two} ${one}`)}`,
        `remove duplicates from this list: ${one};${two};${one}`,
        `remove duplicates from this list: [${one}, ${two}, ${one}]`,
        `remove duplicates from this list: ["${one}", "${two}", "${one}"]`,
        `remove duplicates from this list: '${one}', ${two}, ${one}`,
        `remove duplicates from this list:\n[\n${one},\n${two},\n${one}\n]`,
        `remove duplicates from the list: (${one}, ${two}, ${one})`,
        `remove duplicates from this list:${fenced(`[${one},\n${one}]`)}`,
        `sort these numbers in ascending order: 3,5, 2,5, 0,5`,
        `sort these numbers in ascending order: 1,234, 5, 17`,
        `sort these numbers in ascending order: 1,234,5`,
        `sort these numbers in ascending order: 1.234, 5, 100`,
        `sort these numbers in descending order:\n1.500\n20`,
        `change "the NASA ${one}" to title case`,
        `change "${one} NASA ${two}" to title case`,
        `change "${one} ${pick(random, ['into', 'about', 'through', 'with', 'under'])} ${two}" to title case`,
        `uppercase "${one}\\n${two}"`,
        `how many characters are in "${one}\\t${two}"`,
        `how many characters are in "she said "${one}" to ${two}"`,
        `reverse the string "he said \\"${one}\\""`,
        `uppercase '${one}' and "${two}"`,
        `how many words are in "${one}" and "${two}"`,
        `remove leading and trailing spaces from:${fenced(`  ${one}  \n  ${two}  `)}`,
        `remove leading and trailing spaces from "\t${one} "`,
      ]),
      answer: null,
    }
  })
  expect(wrong).toEqual([])
})
