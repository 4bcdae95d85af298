/**
 * The few words that the schema of a request is made of. The message of each says what would be right, in words
 * that follow on "must be", so that a refusal can say it of any field.
 */
import * as v from 'valibot'
import type { JsonObject } from '../chat/json.ts'

export function text(wanted = 'a string'): v.StringSchema<string> {
  return v.string(wanted)
}

export function name(): v.GenericSchema<unknown, string> {
  return v.pipe(v.string('a string that is not empty'), v.nonEmpty('a string that is not empty'))
}

export function between(low: number, high: number): v.GenericSchema<unknown, number> {
  const wanted = `a number from ${low} to ${high}`
  return v.pipe(v.number(wanted), v.minValue(low, wanted), v.maxValue(high, wanted))
}

export function whole(low: number, high: number): v.GenericSchema<unknown, number> {
  const wanted = `a whole number from ${low} to ${high}`
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(low, wanted), v.maxValue(high, wanted))
}

export function flag(): v.BooleanSchema<string> {
  return v.boolean('true or false')
}

/** A schema that says what would be right even of a field that is missing. */
export type Told<Output> = v.GenericSchema<unknown, Output> & { readonly message: string }

/** A value of which a look at it tells the shape that it has to have. */
export function shaped<Output>(
  wanted: string,
  shapeOf: (value: unknown) => v.GenericSchema<unknown, Output>,
): Told<Output> {
  return { ...v.lazy(shapeOf), message: wanted }
}

/** An object of which only these fields are looked at. The schema library takes a list for one; here it is none. */
export function fields<const Entries extends v.ObjectEntries>(
  entries: Entries,
): Told<v.InferOutput<v.LooseObjectSchema<Entries, undefined>>> {
  const object = v.looseObject(entries, (issue) => {
    const key = issue.path?.at(-1)?.key
    const entry = typeof key === 'string' ? entries[key] : undefined
    return entry !== undefined && 'message' in entry ? String(entry.message) : 'given'
  })
  const none = v.custom<never>(() => false, 'an object')
  return shaped<v.InferOutput<v.LooseObjectSchema<Entries, undefined>>>('an object', (value) =>
    isObject(value) ? object : none,
  )
}

/** A list, measured before its entries are read: a bomb costs no more than counting it. */
export function list<Item>(
  item: v.GenericSchema<unknown, Item>,
  low: number,
  high: number,
): v.GenericSchema<unknown, Item[]> {
  const wanted = `a list of ${low} to ${high} entries`
  return v.pipe(
    v.array(v.unknown(), wanted),
    v.minLength(low, wanted),
    v.maxLength(high, wanted),
    v.array(item, wanted),
  )
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
