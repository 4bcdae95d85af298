/** Responses in one process' memory, bounded, the oldest going first: for `nearside serve` and for tests. */
import type { ResponseStore } from './response-store.ts'

export type MemoryResponseOptions = {
  /** @default 67108864, which is 64 MiB of responses */
  readonly limitBytes?: number
  /** @default 10000 */
  readonly limitEntries?: number
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

export function memoryResponseStore(given: MemoryResponseOptions = {}): ResponseStore {
  const { limitBytes = 64 * 2 ** 20, limitEntries = 10_000, now = Date.now } = given
  const entries = new Map<string, { readonly sealed: string; readonly endsAt: number }>()
  let bytes = 0

  function drop(key: string): boolean {
    bytes -= entries.get(key)?.sealed.length ?? 0
    return entries.delete(key)
  }

  /** What it finds has not ended. */
  function look(key: string): string | null {
    const entry = entries.get(key)
    if (entry === undefined) return null
    if (entry.endsAt > now()) return entry.sealed
    drop(key)
    return null
  }

  return {
    async save(tenant, name, sealed, keepMs) {
      const key = keyOf(tenant, name)
      drop(key)
      if (sealed.length > limitBytes) return
      entries.set(key, { sealed, endsAt: now() + keepMs })
      bytes += sealed.length
      for (const oldest of entries.keys()) {
        if (entries.size <= limitEntries && bytes <= limitBytes) break
        drop(oldest)
      }
    },
    load: async (tenant, name) => look(keyOf(tenant, name)),
    async remove(tenant, name) {
      const key = keyOf(tenant, name)
      return look(key) !== null && drop(key)
    },
  }
}

function keyOf(tenant: string, name: string): string {
  return `${tenant} ${name}`
}
