/**
 * The one right form of an answer, where it has one: JSON, the letter of a choice, a number, yes or no. It is taken where it
 * is plainly said (alone, or as "the answer is"); a figure in the middle of an explanation is none.
 */
import type { JsonValue } from '../chat/json.ts'

export type AnswerForm = {
  readonly kind: 'json' | 'choice' | 'number' | 'yes-or-no'
  readonly value: JsonValue
}

export function answerForm(text: string): AnswerForm | null {
  const said = text.normalize('NFKC').trim()
  if (said === '') return null
  return jsonIn(said) ?? choiceIn(said) ?? numberIn(said) ?? yesOrNo(said)
}

function jsonIn(text: string): AnswerForm | null {
  const inner = /^```(?:json)?\n([^`]*)\n?```$/.exec(text)?.[1]?.trim() ?? text
  if (!/^[[{]/.test(inner)) return null
  try {
    return { kind: 'json', value: JSON.parse(inner) as JsonValue }
  } catch {
    return null
  }
}

/** What follows the last time that the answer is named; the answer itself where it is short. */
function finalPart(text: string): string | null {
  const tail = text.slice(-tailChars)
  const boxed = tail.lastIndexOf('\\boxed{')
  if (boxed !== -1) return tail.slice(boxed + 7, boxed + 7 + 60).split('}')[0] ?? null
  let at = -1
  for (const { index, 0: found } of tail.matchAll(named)) at = index + found.length
  if (at !== -1) return tail.slice(at, at + 60).split('\n')[0] ?? null
  return text.length <= shortChars ? text : null
}

const tailChars = 2_000
const shortChars = 40

const named =
  /####|\b(?:final )?(?:answer|result|option|choice)(?: is)?\b ?[:=]?|\b(?:die )?antwort(?: ist| lautet)?\b ?[:=]?|\bréponse(?: est)?(?: :|:)?|\b(?:respuesta|resposta|risposta)(?: es| é| è)?\b ?[:=]?|答案(?:是|为|：|:)?|答え(?:は|：|:)?|정답(?:은|:)?/giu

function choiceIn(text: string): AnswerForm | null {
  const letter = /^[\s*("']{0,6}([A-J])(?:[\s*)."':,]|$)/.exec(finalPart(text) ?? '')?.[1]
  // "A" and "I" begin sentences too: what follows the letter must not be a word.
  if (letter === undefined || /^[\s*("']{0,6}[AI] \p{L}/u.test(finalPart(text) ?? '')) return null
  return { kind: 'choice', value: letter }
}

function numberIn(text: string): AnswerForm | null {
  const numbers = (finalPart(text) ?? '').match(/[-−]?\d[\d.,'\u00a0\u202f]{0,40}/g)
  const [only] = numbers ?? []
  if (only === undefined || (numbers?.length ?? 0) > 1) return null
  const value = numberOf(only)
  return value === null ? null : { kind: 'number', value }
}

/** Of two kinds of mark the last is the decimal one; a lone one with three digits behind it parts thousands. */
function numberOf(written: string): number | null {
  const text = written
    .replace('−', '-')
    .replace(/['\u00a0\u202f]/g, '')
    .replace(/[.,]+$/, '')
  const [comma, point] = [text.lastIndexOf(','), text.lastIndexOf('.')]
  const decimal = comma > point ? ',' : '.'
  const marks = (text.match(/[.,]/g) ?? []).length
  const parts = marks === 1 && /[,]\d{3}$/.test(text)
  const plain =
    comma !== -1 && point !== -1
      ? text.replaceAll(decimal === ',' ? '.' : ',', '').replace(',', '.')
      : marks > 1 || parts
        ? text.replace(/[.,]/g, '')
        : text.replace(',', '.')
  const value = Number(plain)
  return Number.isFinite(value) ? value : null
}

function yesOrNo(text: string): AnswerForm | null {
  const word = /^[\s*"'¡]{0,4}(\p{L}{1,6})(?=[\s.,!;:*"'。，、！]|$)/u.exec(text)?.[1]?.toLowerCase()
  if (word === undefined) return null
  if (yes.has(word)) return { kind: 'yes-or-no', value: true }
  return no.has(word) ? { kind: 'yes-or-no', value: false } : null
}

const yes: ReadonlySet<string> = new Set([
  'yes',
  'ja',
  'oui',
  'sí',
  'sì',
  'sim',
  'tak',
  'да',
  'так',
  '是',
  '是的',
  '对',
  'はい',
  '네',
  '예',
  'evet',
  'نعم',
  'हाँ',
])
const no: ReadonlySet<string> = new Set([
  'no',
  'nein',
  'non',
  'não',
  'nee',
  'nej',
  'nie',
  'нет',
  'ні',
  '不',
  '不是',
  'いいえ',
  '아니요',
  'hayır',
  'لا',
  'नहीं',
])
