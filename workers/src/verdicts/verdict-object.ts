/**
 * One judge's book as a Durable Object: what `@nearside/workers/verdict-object` exports for a Worker to bind.
 *
 * An object is one thread, and nothing here waits, so each verb is atomic; its clock is its own. What it keeps is bounded by
 * the number of kinds and the window, and a kind without verdicts makes room for a new one.
 */
import { DurableObject } from 'cloudflare:workers'
import type { KeepTerms, KeptKind, KindChange, VerdictCounts } from '@nearside/core'
import { addTo, changeIn, type Rows, readAll } from './kinds.ts'
import type { AddedVerdict, KindHeard, MovedThreshold } from './verdict-store.ts'

export class VerdictBook<Env = unknown> extends DurableObject<Env> {
  readonly #rows: Rows

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#rows = rowsIn(ctx.storage.kv)
  }

  add(kind: string, verdict: VerdictCounts, epoch: number, terms: KeepTerms): AddedVerdict {
    return addTo(this.#rows, kind, verdict, epoch, terms, Date.now())
  }

  change(kind: string, change: KindChange, move: MovedThreshold | null): boolean {
    return this.ctx.storage.transactionSync(() => changeIn(this.#rows, kind, change, move))
  }

  read(keepMs: number): readonly KindHeard[] {
    return readAll(this.#rows, keepMs, Date.now())
  }

  moves(): readonly MovedThreshold[] {
    return this.#rows.moves()
  }
}

const prefix = 'kind '
const log = 'moves'

function rowsIn(kv: SyncKvStorage): Rows {
  return {
    get: (kind) => kv.get<KeptKind>(prefix + kind) ?? null,
    put: (kind, kept) => kv.put(prefix + kind, kept),
    remove: (kind) => void kv.delete(prefix + kind),
    all: () =>
      [...kv.list<KeptKind>({ prefix })].map(([key, kept]) => [key.slice(prefix.length), kept] as const),
    moves: () => kv.get<readonly MovedThreshold[]>(log) ?? [],
    putMoves: (moves) => kv.put(log, moves),
  }
}
