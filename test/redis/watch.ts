/** Reads the caps over and over until it is told to stop, and fails at the first sample above one of them. */
import type { Cap } from '@nearside/core'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'

/** Stopped by a call, which tells how many samples there were. */
export function watch(store: BudgetStore, tenant: string, caps: readonly Cap[]): () => Promise<number> {
  let samples = 0
  let watching = true
  const watched = (async () => {
    while (watching) {
      for (const balance of await store.read(tenant, caps)) {
        const { settled, reserved, expired, limit, kind } = balance
        if (Math.min(settled, reserved, expired) < 0) throw new Error(JSON.stringify(balance))
        if (kind === 'hard' && settled + reserved + expired > limit) throw new Error(JSON.stringify(balance))
      }
      samples += 1
    }
    return samples
  })()
  // It is awaited at the end; a failure before that is told then.
  watched.catch(() => {})
  return () => {
    watching = false
    return watched
  }
}
