/**
 * Whether a text matches a pattern, by the machine that also writes such texts: in time that grows with the text, and with how
 * many readings the pattern keeps open.
 */
import { isNearsideError, type PatternMatcher } from '@nearside/core'
import { characters } from './characters.ts'
import type { Machine, State } from './machine.ts'
import { machineOf } from './machine.ts'
import { patternRule } from './pattern-rules.ts'

/** What one check may make of readings: it runs where requests are answered, and they would wait for it. */
const mostReadings = 300_000

/** For one check of one answer. A text that would take too much is said not to match: it was not found to. */
export function patternMatcher(): PatternMatcher {
  const machines = new Map<string, Machine>()
  let spent = 0

  function machineFor(pattern: string): Machine {
    const known = machines.get(pattern)
    if (known !== undefined) return known
    const made = machineOf(patternRule(pattern, characters))
    machines.set(pattern, made)
    spent += made.readingsHeld()
    return made
  }

  function matches(pattern: string, text: string): boolean {
    const machine = machineFor(pattern)
    const elsewhere = spent - machine.readingsHeld()
    let state: State | null = machine.start
    for (const byte of new TextEncoder().encode(text)) {
      state = machine.step(state, byte)
      spent = elsewhere + machine.readingsHeld()
      if (state === null || spent > mostReadings) return false
    }
    return state.complete
  }

  return (pattern, text) => {
    try {
      return matches(pattern, text)
    } catch (error) {
      if (isNearsideError(error)) return false
      throw error
    }
  }
}
