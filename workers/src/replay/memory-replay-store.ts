/**
 * Claims and answers in one process' memory, bounded: for `nearside serve` and for tests.
 *
 * Where the bound is met the oldest kept answer goes; claims in flight stay, since forgetting one could ask an upstream
 * twice. With nothing but claims in flight a new one is refused as a fault of the store.
 */
import { NearsideError } from '@nearside/core'
import type { Beginning, Claim, ReplayStore, Standing } from './replay-store.ts'

export type MemoryReplayOptions = {
  /** @default 67108864, which is 64 MiB of answers */
  readonly limitBytes?: number
  /** @default 10000 */
  readonly limitEntries?: number
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

type Entry = {
  readonly digest: string
  readonly owner: string
  readonly endsAt: number
  /** Undefined while in flight. */
  readonly answer: string | null | undefined
}

export function memoryReplayStore(given: MemoryReplayOptions = {}): ReplayStore {
  const { limitBytes = 64 * 2 ** 20, limitEntries = 10_000, now = Date.now } = given
  const entries = new Map<string, Entry>()
  let bytes = 0

  function drop(key: string): void {
    bytes -= entries.get(key)?.answer?.length ?? 0
    entries.delete(key)
  }

  function entryOf(claim: Claim): Entry | undefined {
    const key = keyOf(claim)
    const entry = entries.get(key)
    if (entry === undefined || entry.endsAt > now()) return entry
    drop(key)
    return undefined
  }

  /** Makes room, the oldest first; what is in flight stays until its lease ends. */
  function makeRoom(count: number, size: number): boolean {
    for (const [key, { answer, endsAt }] of entries) {
      if (entries.size + count <= limitEntries && bytes + size <= limitBytes) return true
      if (answer !== undefined || endsAt <= now()) drop(key)
    }
    return entries.size + count <= limitEntries && bytes + size <= limitBytes
  }

  function owned(claim: Claim): Entry | null {
    const entry = entryOf(claim)
    return entry !== undefined && entry.owner === claim.owner && entry.answer === undefined ? entry : null
  }

  return {
    async begin(claim, leaseMs): Promise<Beginning> {
      const standing = standingOf(entryOf(claim), claim)
      if (standing.outcome !== 'free' && !(standing.outcome === 'in-flight' && owned(claim) !== null)) {
        return standing
      }
      if (standing.outcome === 'free') {
        if (!makeRoom(1, 0)) {
          throw new NearsideError('store-failed', 'The store of idempotency keys is full.', {
            retryAfterMs: 1_000,
          })
        }
        const { digest, owner } = claim
        entries.set(keyOf(claim), { digest, owner, endsAt: now() + leaseMs, answer: undefined })
      }
      return { outcome: 'claimed' }
    },
    async keep(claim, answer, keepMs) {
      const entry = owned(claim)
      if (entry === null) return false
      // Its place is given up first, so that making room cannot count it twice.
      drop(keyOf(claim))
      // One that could never fit must not drive all the others out.
      const fits = answer !== null && answer.length <= limitBytes && makeRoom(1, answer.length)
      const kept = fits ? answer : null
      entries.set(keyOf(claim), { ...entry, answer: kept, endsAt: now() + keepMs })
      bytes += kept?.length ?? 0
      return true
    },
    async giveUp(claim) {
      if (owned(claim) === null) return false
      drop(keyOf(claim))
      return true
    },
    async read(claim) {
      return standingOf(entryOf(claim), claim)
    },
  }
}

function keyOf({ tenant, name }: Claim): string {
  return `${tenant} ${name}`
}

function standingOf(entry: Entry | undefined, claim: Claim): Standing {
  if (entry === undefined) return { outcome: 'free' }
  if (entry.digest !== claim.digest) return { outcome: 'other-body' }
  if (entry.answer === undefined) return { outcome: 'in-flight' }
  return { outcome: 'kept', answer: entry.answer }
}
