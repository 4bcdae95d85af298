/** Work behind the answer: Workers need to be told of it; on Node the process itself outlives it. */
import type { Context } from 'hono'

export function waitUntilOf(c: Context): (work: Promise<unknown>) => void {
  try {
    const { executionCtx } = c
    return (work) => executionCtx.waitUntil(work)
  } catch {
    return (work) => void work.catch(() => {})
  }
}
