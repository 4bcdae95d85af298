/** Whether a text matches a pattern, in time that grows with the text alone: by the machine that also writes such texts. */
import { characters } from './characters.ts'
import type { State } from './machine.ts'
import { machineOf } from './machine.ts'
import { patternRule } from './pattern-rules.ts'

export function matchesPattern(pattern: string, text: string): boolean {
  const machine = machineOf(patternRule(pattern, characters))
  let state: State | null = machine.start
  for (const byte of new TextEncoder().encode(text)) {
    state = machine.step(state, byte)
    if (state === null) return false
  }
  return state.complete
}
