/**
 * Verdicts kept by Durable Objects, one a judge, called over RPC. The object is known by its shape alone: nothing here needs
 * `cloudflare:workers`, so the store can be bundled anywhere.
 */
import { type KeepTerms, type KindChange, NearsideError, type VerdictCounts } from '@nearside/core'
import type { AddedVerdict, KindHeard, MovedThreshold, VerdictStore } from './verdict-store.ts'

/** A book as it is seen from outside: `VerdictBook`, over RPC. */
export interface VerdictBookStub {
  add(kind: string, verdict: VerdictCounts, epoch: number, terms: KeepTerms): Promise<AddedVerdict>
  change(kind: string, change: KindChange, move: MovedThreshold | null): Promise<boolean>
  read(keepMs: number): Promise<readonly KindHeard[]>
  moves(): Promise<readonly MovedThreshold[]>
}

/** What of a Durable Object namespace is used. */
export interface VerdictBookNamespace<Id = unknown> {
  idFromName(name: string): Id
  get(id: Id): VerdictBookStub
}

export function durableObjectVerdictStore<Id>(namespace: VerdictBookNamespace<Id>): VerdictStore {
  async function asked<T>(book: string, verb: (stub: VerdictBookStub) => Promise<T>): Promise<T> {
    try {
      // A stub whose call failed may be broken for good, so each call takes a fresh one.
      return await verb(namespace.get(namespace.idFromName(book)))
    } catch (cause) {
      throw new NearsideError('store-failed', 'The store of verdicts did not answer.', { cause })
    }
  }
  return {
    add: (book, kind, verdict, epoch, { window, keepMs }) =>
      asked(book, (stub) => stub.add(kind, verdict, epoch, { window, keepMs })),
    change: (book, kind, change, move) => asked(book, (stub) => stub.change(kind, change, move)),
    read: (book, keepMs) => asked(book, (stub) => stub.read(keepMs)),
    moves: (book) => asked(book, (stub) => stub.moves()),
  }
}
