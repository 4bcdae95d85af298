/** A store under test, with a clock that the test sets; how one is opened in each place. */
import { defaultBookTerms } from '@nearside/core'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { memoryBudgetStore } from '../../workers/src/budget/memory-store.ts'
import { noon } from './builders.ts'

export type OpenedStore = {
  readonly store: BudgetStore
  setClock(now: number): Promise<void>
  close(): Promise<void>
}

export async function openMemoryStore(): Promise<OpenedStore> {
  let now = noon
  return {
    // The same terms as the Durable Object's, so that the two can be compared.
    store: memoryBudgetStore({ now: () => now, terms: defaultBookTerms }),
    setClock: async (to) => {
      now = to
    },
    close: async () => {},
  }
}
