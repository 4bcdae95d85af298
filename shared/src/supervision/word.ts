/**
 * Reads what the supervisor says: one JSON object in exactly one of the forms that it was asked for, or nothing.
 *
 * A word that cannot be read is counted and taken as `fine`. Guessing at its meaning would put into the executor's context
 * what nobody meant to say there, and asking again could go on for ever.
 */
import { isJsonObject } from '../wire/json-object.ts'
import { parseStrictJson } from '../wire/strict-json.ts'

export type SupervisorWord =
  | { readonly verdict: 'fine' }
  | { readonly verdict: 'accept' }
  | { readonly verdict: 'take-over' }
  | { readonly verdict: 'advice'; readonly advice: string }
  | { readonly verdict: 'plan'; readonly plan: string }
  | { readonly verdict: 'replan'; readonly plan: string; readonly summary: string }

export type Verdict = SupervisorWord['verdict']

/** What each verdict says beside its name, and how long that may be in characters. */
const texts: { readonly [verdict in Verdict]: Readonly<Record<string, number>> } = {
  fine: {},
  accept: {},
  'take-over': {},
  advice: { advice: 1_500 },
  plan: { plan: 4_000 },
  replan: { plan: 4_000, summary: 6_000 },
}

const mostChars = 16_000

/** Null where it is not one of the verdicts that were allowed, in its form. */
export function readWord(text: string, allowed: readonly Verdict[]): SupervisorWord | null {
  if (text.length > mostChars) return null
  let value: ReturnType<typeof parseStrictJson>
  try {
    value = parseStrictJson(text.trim())
  } catch {
    return null
  }
  if (!isJsonObject(value)) return null
  const verdict = allowed.find((name) => name === value.verdict)
  if (verdict === undefined) return null
  const fields = Object.entries(texts[verdict])
  if (Object.keys(value).length !== fields.length + 1) return null
  const said: Record<string, string> = {}
  for (const [name, most] of fields) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    if (typeof given !== 'string' || given.length > most || given.trim() === '') return null
    said[name] = given.trim()
  }
  return { verdict, ...said } as SupervisorWord
}
