/**
 * Reads what a judge says of two answers, and makes one verdict of its two sayings.
 *
 * Strictly: exactly the object that was asked for, or nothing. A judge that chats, forgets a grade or invents one is
 * unread; guessing at its meaning would count as quality what is noise.
 */
import { isJsonObject } from '../wire/json-object.ts'
import { parseStrictJson } from '../wire/strict-json.ts'
import { type Criterion, criteria } from './rubric.ts'

export type Grades = Readonly<Record<Criterion, number>>

export type Saying = {
  readonly winner: 'first' | 'second' | 'tie'
  readonly first: Grades
  readonly second: Grades
}

/** Of the near answer, beside the reference. */
export type QualityVerdict = {
  readonly outcome: 'better' | 'tie' | 'worse'
  /** Whether it is a tie because the judge changed its mind with the places. */
  readonly swayed: boolean
  /** Mean grades, from 1 to 5. */
  readonly near: number
  readonly reference: number
}

/** No saying is longer: whatever is has no place here. */
const mostChars = 2_000

/** Null where it is not what was asked for. */
export function readSaying(text: string): Saying | null {
  if (text.length > mostChars) return null
  const value = parsed(text)
  if (!hasExactly(value, ['winner', 'first', 'second'])) return null
  const { winner } = value
  if (winner !== 'first' && winner !== 'second' && winner !== 'tie') return null
  const first = readGrades(value.first)
  const second = readGrades(value.second)
  return first === null || second === null ? null : { winner, first, second }
}

/** `ahead` was asked with the near answer first, `behind` with it second. */
export function verdictOf(ahead: Saying, behind: Saying): QualityVerdict {
  const one = ahead.winner === 'tie' ? 'tie' : ahead.winner === 'first' ? 'better' : 'worse'
  const other = behind.winner === 'tie' ? 'tie' : behind.winner === 'second' ? 'better' : 'worse'
  return {
    outcome: one === other ? one : 'tie',
    swayed: one !== other,
    near: (mean(ahead.first) + mean(behind.second)) / 2,
    reference: (mean(ahead.second) + mean(behind.first)) / 2,
  }
}

function parsed(text: string): unknown {
  try {
    return parseStrictJson(text.trim())
  } catch {
    return null
  }
}

function readGrades(value: unknown): Grades | null {
  if (!hasExactly(value, criteria)) return null
  return criteria.every((name) => isGrade(value[name])) ? (value as Grades) : null
}

function isGrade(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 5
}

function hasExactly<Name extends string>(
  value: unknown,
  names: readonly Name[],
): value is Readonly<Record<Name, unknown>> {
  return (
    isJsonObject(value as never) &&
    Object.keys(value as object).length === names.length &&
    names.every((name) => Object.hasOwn(value as object, name))
  )
}

function mean(grades: Grades): number {
  return criteria.reduce((sum, name) => sum + grades[name], 0) / criteria.length
}
