/**
 * A skill: a reader of questions with one right answer. It is given the question alone, and says the answer or null.
 *
 * What is the same for all stands here: which requests are plain questions, how long a question may be, and how an
 * answer goes into a schema that has one obvious place for it.
 */
import type { ChatRequest } from '@nearside/core'
import type { EdgeAnswerer } from '../answerer.ts'
import { plainQuestion } from '../plain-question.ts'

export type Skill = {
  readonly name: string
  /** A longer question is not looked at. */
  readonly longest: number
  /** What every question of the skill has in it: it is asked of every request, and nearly none is one. */
  readonly hint?: RegExp
  /** The whole answer, or null to abstain. */
  answer(question: string): string | null
}

export function skilled({ name, longest, hint, answer }: Skill): EdgeAnswerer {
  return {
    name,
    offer(request) {
      const last = request.messages.at(-1)?.text
      if (last === undefined || last.length > longest || hint?.test(last) === false) return null
      const field = fieldOf(request)
      if (field === null) return null
      const question = plainQuestion(field === 'text' ? request : { ...request, responseFormat: 'text' })
      const said = question === null ? null : answer(question)
      const text = said === null || field === 'text' ? said : fill(said, field)
      return text === null ? null : { answerer: name, text, confidence: 1 }
    },
  }
}

type Field = { readonly name: string; readonly type: unknown }

const answerNames: ReadonlySet<string> = new Set(['answer', 'output', 'result', 'text', 'value'])
const schemaWords: ReadonlySet<string> = new Set([
  '$schema',
  'additionalProperties',
  'properties',
  'required',
  'title',
  'type',
])
const fieldWords: ReadonlySet<string> = new Set(['description', 'title', 'type'])

/** The one field of the schema that is asked for; null where it is not obvious, as in JSON without a schema. */
function fieldOf({ responseFormat, body }: ChatRequest): Field | 'text' | null {
  if (responseFormat === 'text') return 'text'
  const schema = member(member(member(body, 'response_format'), 'json_schema'), 'schema')
  const properties = Object.entries(member(schema, 'properties') ?? {})
  const [name, field] = properties[0] ?? []
  if (properties.length !== 1 || name === undefined || !answerNames.has(name)) return null
  if (member(schema, 'type') !== 'object' || Object.keys(schema ?? {}).some((word) => !schemaWords.has(word)))
    return null
  if (Object.keys(field ?? {}).some((word) => !fieldWords.has(word))) return null
  return { name, type: member(field, 'type') }
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined
}

function fill(said: string, { name, type }: Field): string | null {
  if (type === 'string') return JSON.stringify({ [name]: said })
  const form = type === 'integer' ? /^-?\d+$/ : type === 'number' ? /^-?\d+(?:\.\d+)?$/ : null
  // JSON has no 007, and its readers keep no more digits than a double.
  return form?.test(said) && String(Number(said)) === said ? `{${JSON.stringify(name)}:${said}}` : null
}

/** The question without courtesy and final marks. Null where it has several lines. */
export function bare(question: string): string | null {
  if (question.includes('\n')) return null
  return (
    question
      .replace(/^(?:please )?(?:(?:can|could) you )?(?:please )?(?:tell me )?/i, '')
      .replace(/,? please(?=[.?!]?$)/i, '')
      .replace(/^¿/, '')
      // Behind a number a ! may be its factorial.
      .replace(/ ?[.?]$|(?<!\d ?)!$/, '')
      .trim()
  )
}
