/** Sessions in one process' memory, bounded, the one that was not used for longest going first: for Node, and for tests. */
import type { KeptSession, SessionStore } from './session-store.ts'

export type MemorySessionOptions = {
  /** @default 33554432, which is 32 MiB of sessions */
  readonly limitBytes?: number
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

export function memorySessionStore(given: MemorySessionOptions = {}): SessionStore {
  const { limitBytes = 32 * 2 ** 20, now = Date.now } = given
  const entries = new Map<string, { readonly kept: KeptSession; readonly endsAt: number }>()
  let bytes = 0

  function drop(key: string): void {
    bytes -= entries.get(key)?.kept.sealed.length ?? 0
    entries.delete(key)
  }

  function look(key: string): KeptSession | null {
    const entry = entries.get(key)
    if (entry === undefined) return null
    if (entry.endsAt > now()) return entry.kept
    drop(key)
    return null
  }

  return {
    load: async (tenant, name) => look(`${tenant} ${name}`),
    async save(tenant, name, kept, keepMs) {
      const key = `${tenant} ${name}`
      if ((look(key)?.revision ?? 0) !== kept.revision - 1) return false
      drop(key)
      if (kept.sealed.length > limitBytes) return false
      entries.set(key, { kept, endsAt: now() + keepMs })
      bytes += kept.sealed.length
      for (const oldest of entries.keys()) {
        if (bytes <= limitBytes) break
        drop(oldest)
      }
      return true
    },
  }
}
