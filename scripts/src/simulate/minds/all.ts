/** Whose task it is. */
import { documentMind } from './document-mind.ts'
import { formMind } from './form-mind.ts'
import type { Mind } from './mind.ts'
import { searchMind } from './search-mind.ts'

const minds: readonly Mind[] = [formMind, searchMind, documentMind]

/** Null for a task of no environment. */
export function mindFor(task: string): Mind | null {
  return minds.find((mind) => mind.knows(task)) ?? null
}
