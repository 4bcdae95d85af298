/**
 * States of conversations on a disk, found again by the ids of their tokens. A state is written to memory first, because the engine's
 * library knows files only, and sealed from there to the disk with a key that was drawn at random in this process and never leaves it.
 * Sealing goes on while the place that was freed is already in use.
 *
 * The least recently used go when the budget is full. A state that a longer one begins with is not kept twice.
 */
import { randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { statfs } from 'node:fs/promises'
import type { ParkingSettings } from './check-parking.ts'
import { keyBytes, type Sealed, seal, unseal } from './seal.ts'
import { unnamedFile } from './unnamed-file.ts'

export type ParkedUsage = {
  readonly states: number
  readonly bytes: number
  /** Since the start. */
  readonly parked: number
  readonly restored: number
}

export type ParkedStates = {
  /** The state that shares the longest beginning with `ids`, and how long that is. */
  find(ids: readonly number[]): Parked | null
  /** Writes a state by `save`, unless there is no room for it. Resolves when the place may be used for something else. */
  park(state: State): Promise<void>
  /** Has `load` read it back; false where it is not there any more. */
  restore(parked: Parked, load: (path: string) => Promise<void>): Promise<boolean>
  usage(): ParkedUsage
  /** Resolves when everything that was parked is sealed. */
  settled(): Promise<void>
  /** Gives everything up. */
  close(): Promise<void>
}

export type State = {
  readonly ids: readonly number[]
  /** About what it will take. */
  readonly bytes: number
  readonly save: (path: string) => Promise<void>
}

export type Parked = { readonly entry: Entry; readonly shared: number }

type Entry = {
  readonly ids: readonly number[]
  readonly bytes: number
  readonly file: FileHandle
  /** Null where it could not be sealed. */
  readonly sealed: Promise<Sealed | null>
}

export type ParkedOptions = ParkingSettings & {
  /** What could be taken of memory now. */
  readonly availableBytes: () => number
}

/** Each holds a file open. */
const mostStates = 256

export function parkedStates(options: ParkedOptions): ParkedStates {
  const key = randomBytes(keyBytes)
  /** The one used longest ago comes first. */
  let entries: Entry[] = []
  let sealing: Promise<unknown> = Promise.resolve()
  let parked = 0
  let restored = 0

  const bytesKept = (): number => entries.reduce((sum, { bytes }) => sum + bytes, 0)

  function drop(entry: Entry): void {
    entries = entries.filter((other) => other !== entry)
    // Closing it gives its room back; what is still being sealed is closed after that.
    void entry.sealed.then(() => entry.file.close().catch(() => {}))
  }

  function touch(entry: Entry): void {
    if (entries.includes(entry)) entries = [...entries.filter((other) => other !== entry), entry]
  }

  async function hasRoom(bytes: number): Promise<boolean> {
    if (bytes > options.bytes || options.availableBytes() < 2 * bytes) return false
    for (const folder of [options.tmpfs, options.folder]) {
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < 2 * bytes) return false
    }
    return true
  }

  function add(entry: Entry): void {
    for (const other of entries) if (beginsWith(entry.ids, other.ids)) drop(other)
    while (
      entries.length > 0 &&
      (bytesKept() + entry.bytes > options.bytes || entries.length >= mostStates)
    ) {
      drop(entries[0]!)
    }
    entries.push(entry)
    parked++
    void entry.sealed.then((sealed) => sealed === null && drop(entry))
  }

  async function write({ ids, save }: State): Promise<void> {
    const clear = await unnamedFile(options.tmpfs)
    let file: FileHandle | null = null
    try {
      await save(clear.path)
      const { size: bytes } = await clear.handle.stat()
      if (bytes === 0 || bytes > options.bytes) throw new RangeError('the state does not fit')
      const { handle } = await unnamedFile(options.folder)
      file = handle
      const sealed = sealing
        .then(() => seal(clear.handle, handle, key))
        .catch(() => null)
        .finally(() => clear.handle.close())
      sealing = sealed
      add({ ids, bytes, file, sealed })
    } catch {
      // What could not be parked is read anew by whoever goes on from there.
      await file?.close()
      await clear.handle.close().catch(() => {})
    }
  }

  return {
    find(ids) {
      let best: Parked | null = null
      for (const entry of entries) {
        const shared = sharedBeginning(entry.ids, ids)
        if (shared > (best?.shared ?? 0)) best = { entry, shared }
      }
      return best
    },

    async park(state) {
      const same = entries.find(({ ids }) => beginsWith(ids, state.ids))
      if (same !== undefined) return touch(same)
      if (await hasRoom(state.bytes).catch(() => false)) await write(state).catch(() => {})
    },

    async restore({ entry }, load) {
      const sealed = await entry.sealed
      if (sealed === null || !entries.includes(entry)) return false
      try {
        const clear = await unnamedFile(options.tmpfs)
        try {
          if (!(await unseal(entry.file, clear.handle, key, sealed))) throw new Error('it is another one')
          await load(clear.path)
        } finally {
          await clear.handle.close()
        }
      } catch {
        drop(entry)
        return false
      }
      restored++
      touch(entry)
      return true
    },

    usage: () => ({ states: entries.length, bytes: bytesKept(), parked, restored }),
    settled: async () => void (await sealing),
    async close() {
      for (const entry of entries) drop(entry)
      await sealing
    },
  }
}

function sharedBeginning(left: readonly number[], right: readonly number[]): number {
  const most = Math.min(left.length, right.length)
  let shared = 0
  while (shared < most && left[shared] === right[shared]) shared++
  return shared
}

function beginsWith(ids: readonly number[], beginning: readonly number[]): boolean {
  return beginning.length <= ids.length && sharedBeginning(ids, beginning) === beginning.length
}
