/** Whether an answer keeps the form that was asked for, as far as its caller's program will look. */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonValue } from '../chat/json.ts'
import { isNearsideError } from '../fault/nearside-error.ts'
import { misfitOf } from '../json-schema/misfit-of.ts'
import { readSchema } from '../json-schema/read-schema.ts'
import type { Schema } from '../json-schema/schema.ts'
import { isJsonObject } from '../wire/json-object.ts'
import type { AnswerFault } from './answer-fault.ts'

/** What was asked for, read once for all answers to a request. */
export type AskedForm = {
  readonly json: boolean
  /** Null where there is none, or one with keywords that nothing here can hold an answer to. */
  readonly schema: Schema | null
  /** Whether a number, and nothing else, was asked for. */
  readonly number: boolean
}

export function askedForm({ responseFormat, body, messages }: ChatRequest): AskedForm {
  const newest = messages.findLast(({ role }) => role === 'user')?.text ?? ''
  return {
    json: responseFormat !== 'text',
    schema: responseFormat === 'json_schema' ? schemaOf(body.response_format) : null,
    number: responseFormat === 'text' && onlyANumber.test(newest.slice(-askedChars)),
  }
}

export function formFaults(text: string, form: AskedForm): readonly AnswerFault[] {
  if (form.json) {
    const value = parsed(text)
    if (value === undefined || !isJsonObject(value)) return ['not-json']
    return form.schema !== null && misfitOf(form.schema, value, anyPattern) !== null ? ['not-in-schema'] : []
  }
  if (form.number && !/\p{N}/u.test(text)) return ['no-number']
  return fenceIsOpen(text) ? ['fence-open'] : []
}

/** Whether the beginning of an answer can still become what was asked for. */
export function formMayHold(opening: string, form: AskedForm): boolean {
  const begun = opening.trimStart()
  return !form.json || begun === '' || begun.startsWith('{')
}

export function isJsonText(text: string): boolean {
  return parsed(text) !== undefined
}

const askedChars = 2_000

/** Plainly said in so many words, and nothing else asked: in doubt nobody is held to it. */
const onlyANumber =
  /\b(?:only|just|nothing but|single) (?:with )?(?:the |a |one )?(?:final )?(?:number|integer|figure|digit)s?\b|\bnur (?:mit )?(?:der |die |eine |einer )?(?:zahl|ziffer)\b|\b(?:seulement|uniquement) (?:par |avec )?(?:le |un )?(?:nombre|chiffre)\b|\b(?:solo|sólo|solamente|apenas|somente) (?:con |com )?(?:el |un |o |um )?(?:número|numero)\b|只(?:需|要)?(?:回答|给出|输出|返回)(?:一个)?数字|数字(?:のみ|だけ)/iu

/** A caller's pattern may take for ever to match; what a text matches is left to the caller's own program. */
const anyPattern = (): boolean => true

function schemaOf(format: JsonValue | undefined): Schema | null {
  if (!isJsonObject(format) || !isJsonObject(format.json_schema)) return null
  const { schema } = format.json_schema
  if (schema === undefined) return null
  try {
    return readSchema(schema, 'response_format.json_schema.schema')
  } catch (error) {
    if (isNearsideError(error)) return null
    throw error
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** By Markdown's own rule: a fence is closed by one of its own sign, as long or longer, with nothing behind it. */
function fenceIsOpen(text: string): boolean {
  let open: string | null = null
  for (const [, fence = '', rest = ''] of text.matchAll(/^ {0,3}(`{3,99}|~{3,99})([^\n]*)/gm)) {
    if (open === null) open = fence
    else if (fence[0] === open[0] && fence.length >= open.length && rest.trim() === '') open = null
  }
  return open !== null
}
