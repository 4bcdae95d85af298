/**
 * Keeps one answer inside a grammar: says before each token which may come, and follows the one that was chosen.
 *
 * The machine remembers every state that it met with its readings, and following a vocabulary meets many. When they become too many it is made
 * anew and led through what was said so far: the answer is at most a context long, so that is cheap and rare.
 */
import type { JsonValue } from '@nearside/core'
import { misfitOf, NearsideError, readSchema } from '@nearside/core'
import { anyObject, gap } from './json-rules.ts'
import type { Machine, State } from './machine.ts'
import { machineOf } from './machine.ts'
import { patternMatcher } from './matches-pattern.ts'
import type { Rule } from './rule.ts'
import { sequence } from './rule.ts'
import { schemaRule } from './schema-rules.ts'
import type { MaskSource, TokenMask, Vocabulary } from './token-mask.ts'
import { maskSource } from './token-mask.ts'

/** What an answer must be. */
export type OutputForm =
  | { readonly type: 'json-object' }
  | { readonly type: 'json-schema'; readonly schema: JsonValue }

export type Constraint = {
  /**
   * Whether this token may come now. Asked of the token that was drawn freely, it saves the mask: a free draw that is allowed,
   * or else a draw among the allowed, has the chances of a draw among the allowed.
   */
  admits(bytes: Uint8Array): boolean
  /** Which tokens may come now. */
  allowed(): TokenMask
  /** Whether the answer may end now. */
  mayEnd(): boolean
  /** Whether it can only end now. */
  mustEnd(): boolean
  /** Follows a token that was chosen. */
  take(bytes: Uint8Array): void
}

/** Readings that one answer's machine may remember: some hundred megabytes at most. */
const mostReadings = 1_000_000

export function ruleOf(form: OutputForm): Rule {
  if (form.type === 'json-object') return sequence(gap, anyObject)
  return schemaRule(readSchema(form.schema, 'response_format.json_schema.schema'))
}

export function constraintOf(rule: Rule, vocabulary: Vocabulary): Constraint {
  let machine: Machine
  let masks: MaskSource
  let state: State
  const said: Uint8Array[] = []

  function begin(): void {
    machine = machineOf(rule)
    masks = maskSource(machine, vocabulary)
    state = machine.start
    for (const bytes of said) follow(bytes)
  }

  function follow(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const next = machine.step(state, byte)
      if (next === null)
        throw new NearsideError('internal', 'A token was taken that the grammar does not allow.')
      state = next
    }
  }

  begin()
  return {
    admits(bytes) {
      let next: State | null = state
      for (const byte of bytes) next = next === null ? null : machine.step(next, byte)
      return bytes.length > 0 && next !== null
    },
    allowed() {
      if (machine.readingsHeld() > mostReadings) begin()
      return masks.after(state)
    },
    mayEnd: () => state.complete,
    mustEnd: () => state.complete && state.stacks.length === 0,
    take(bytes) {
      said.push(bytes)
      follow(bytes)
    },
  }
}

/** Whether a finished answer is what was asked for: the part that rules cannot say is looked at here. */
export function fitsForm(form: OutputForm, text: string): boolean {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return false
  }
  if (form.type === 'json-object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return (
    misfitOf(readSchema(form.schema, 'response_format.json_schema.schema'), value, patternMatcher()) === null
  )
}
