/** Answers in one process' memory, bounded, the oldest going first: for `nearside serve`, and for what one isolate can reuse. */
import { type MemoryResponseOptions, memoryResponseStore } from '../replay/memory-response-store.ts'
import type { CacheStore } from './cache-store.ts'

/** A third of what all caches of an isolate may take together. */
const defaultLimitBytes = 8 * 2 ** 20

/** `limitBytes` is 8 MiB and `limitEntries` 10000 by default. */
export function memoryCacheStore(given: MemoryResponseOptions = {}): CacheStore {
  const { load, save } = memoryResponseStore({ limitBytes: defaultLimitBytes, ...given })
  return { zone: 'gateway', load, save }
}
