/**
 * The shape of a text: plain counts that need no language. How long it is, how it is laid out, how much of it is
 * digits, signs of code or of mathematics, whether it asks or lists. One pass, numbers of moderate size.
 */

export const shapeNames = [
  'characters',
  'lines',
  'blankLines',
  'longestLine',
  'letters',
  'capitals',
  'digits',
  'beyondAscii',
  'spacelessScript',
  'numbers',
  'longNumbers',
  'distinctNumbers',
  'tellingDigits',
  'decimals',
  'money',
  'percent',
  'arithmetic',
  'comparison',
  'backslashes',
  'braces',
  'brackets',
  'semicolons',
  'fences',
  'quotes',
  'questionMarks',
  'asksAtEnd',
  'colonAtEnd',
  'stops',
  'commas',
  'listLines',
  'optionLines',
  'blanksToFill',
  'indented',
  'words',
  'charactersSquared',
  'numbersSquared',
  'numbersByStops',
] as const

export const shapeSize: number = shapeNames.length

/** Fills `shape` with one number a name: logarithms of counts, and shares. */
export function readShape(text: string, shape: Float32Array): void {
  const count = new Uint32Array(shapeSize)
  let lineStart = 0
  let longestLine = 0
  let inNumber = 0
  let number = 0
  let last = 0
  let inWord = false
  const seen = new Set<number>()
  const endLine = (end: number): void => {
    const length = end - lineStart
    if (length > longestLine) longestLine = length
    if (length === 0) count[at.blankLines]!++
    else classifyLine(text, lineStart, end, count)
    lineStart = end + 1
    count[at.lines]!++
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const digit = code >= 48 && code <= 57
    if (digit) {
      count[at.digits]!++
      if (code !== 48) count[at.tellingDigits]!++
      if (++inNumber === 1) count[at.numbers]!++
      if (inNumber === 3) count[at.longNumbers]!++
      number = (Math.imul(number, 10) + code - 48) | 0
    } else {
      if (inNumber > 0 && seen.size < mostNumbers) seen.add(number)
      number = 0
      if (code === 46 && inNumber > 0 && isDigit(text.charCodeAt(i + 1))) count[at.decimals]!++
      inNumber = 0
    }
    if (code > 32) last = code
    if (code > 32 && !inWord) count[at.words]!++
    inWord = code > 32
    if (code < 128) {
      const name = asciiName[code]!
      if (name !== none) count[name]!++
      if (code === 10) endLine(i)
      else if (code === 96 && text.charCodeAt(i + 1) === 96 && text.charCodeAt(i + 2) === 96)
        count[at.fences]!++
      else if (code === 95 && text.charCodeAt(i + 1) === 95) count[at.blanksToFill]!++
      else if (code === 95 && text.charCodeAt(i + 1) === 32) count[at.blanksToFill]!++
      if (code >= 65 && code <= 90) count[at.letters]!++
    } else {
      count[at.beyondAscii]!++
      if (code >= 0x2e80 || (code >= 0x0e00 && code < 0x1000)) count[at.spacelessScript]!++
      if (code === 0xff1f || code === 0x061f) count[at.questionMarks]!++
      if (code === 0x3002 || code === 0x0964) count[at.stops]!++
      if (code === 0x201c || code === 0x201d || code === 0x300c) count[at.quotes]!++
      if (code >= 0x2200 && code < 0x2300) count[at.comparison]!++
      if (code === 0x20ac || code === 0xa3) count[at.money]!++
    }
  }
  endLine(text.length)
  if (inNumber > 0) seen.add(number)
  count[at.distinctNumbers] = seen.size

  const total = Math.max(1, text.length)
  for (let i = 0; i < shapeSize; i++) shape[i] = Math.fround(log2(1 + count[i]!))
  shape[at.characters] = log2(1 + text.length)
  shape[at.longestLine] = log2(1 + longestLine)
  shape[at.letters] = count[at.letters]! / total
  shape[at.capitals] = (10 * count[at.capitals]!) / total
  shape[at.digits] = (10 * count[at.digits]!) / total
  shape[at.beyondAscii] = (2 * count[at.beyondAscii]!) / total
  shape[at.spacelessScript] = (2 * count[at.spacelessScript]!) / total
  shape[at.charactersSquared] = shape[at.characters]! ** 2 / 10
  shape[at.numbersSquared] = shape[at.numbers]! ** 2
  shape[at.numbersByStops] = shape[at.numbers]! * shape[at.stops]!
  shape[at.asksAtEnd] = last === 63 || last === 0xff1f || last === 0x061f ? 1 : 0
  shape[at.colonAtEnd] = last === 58 || last === 0xff1a ? 1 : 0
}

/** Of a table of figures, so many are told apart. */
const mostNumbers = 256

/** The line begins like an item of a list, like an option with a letter, or behind a margin. */
function classifyLine(text: string, from: number, end: number, count: Uint32Array): void {
  let i = from
  while (i < end && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i++
  if (i === end) {
    count[at.blankLines]!++
    return
  }
  if (i > from) count[at.indented]!++
  const first = text.charCodeAt(i)
  if (first === 40) i++
  const letter = text.charCodeAt(i)
  const next = text.charCodeAt(i + 1)
  const closes = next === 46 || next === 41 || next === 58
  if (closes && ((letter >= 65 && letter <= 74) || (letter >= 97 && letter <= 106))) count[at.optionLines]!++
  else if ((closes && isDigit(letter)) || ((first === 45 || first === 42 || first === 0x2022) && next === 32))
    count[at.listLines]!++
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** `Math.log2` may differ in its last bit from engine to engine; the features are float32, where it does not show. */
function log2(value: number): number {
  return Math.fround(Math.log2(value))
}

type ShapeName = (typeof shapeNames)[number]
const at = Object.fromEntries(shapeNames.map((name, index) => [name, index])) as Readonly<
  Record<ShapeName, number>
>

const none = 255
const asciiName: Uint8Array = new Uint8Array(128).fill(none)
const named: readonly (readonly [ShapeName, string])[] = [
  ['letters', 'abcdefghijklmnopqrstuvwxyz'],
  ['capitals', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['money', '$'],
  ['percent', '%'],
  ['arithmetic', '+*/^='],
  ['comparison', '<>|~'],
  ['backslashes', '\\'],
  ['braces', '{}'],
  ['brackets', '()[]'],
  ['semicolons', ';'],
  ['quotes', '"'],
  ['questionMarks', '?'],
  ['stops', '.!'],
  ['commas', ','],
]
for (const [name, characters] of named)
  for (let i = 0; i < characters.length; i++) asciiName[characters.charCodeAt(i)] = at[name]
