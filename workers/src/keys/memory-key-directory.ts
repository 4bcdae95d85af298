/** A directory in this process: for a host that has its keys in a file of its own, and for tests. */
import type { KeyRecord } from '@nearside/core'
import type { KeyDirectory } from './key-directory.ts'

export type MemoryKeyDirectory = KeyDirectory & { write(record: KeyRecord): void }

export function memoryKeyDirectory(records: Iterable<KeyRecord> = []): MemoryKeyDirectory {
  const kept = new Map<string, KeyRecord>()
  for (const record of records) kept.set(record.id, record)
  return {
    write: (record) => void kept.set(record.id, record),
    read: async (id) => kept.get(id) ?? null,
  }
}
