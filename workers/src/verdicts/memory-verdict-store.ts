/** Verdicts in one process' memory, bounded, and lost with it without harm: for one process, and where no store is named. */
import type { KeptKind } from '@nearside/core'
import { addTo, changeIn, type Rows, readAll } from './kinds.ts'
import type { MovedThreshold, VerdictStore } from './verdict-store.ts'

export type MemoryVerdictOptions = {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

export function memoryVerdictStore({ now = Date.now }: MemoryVerdictOptions = {}): VerdictStore {
  // One for each judge of the host's.
  const books = new Map<string, Rows>()
  const rowsOf = (book: string): Rows => {
    const rows = books.get(book) ?? openRows()
    books.set(book, rows)
    return rows
  }
  return {
    add: async (book, kind, verdict, epoch, terms) => addTo(rowsOf(book), kind, verdict, epoch, terms, now()),
    change: async (book, kind, change, move) => changeIn(rowsOf(book), kind, change, move),
    read: async (book, keepMs) => readAll(rowsOf(book), keepMs, now()),
    moves: async (book) => rowsOf(book).moves(),
  }
}

function openRows(): Rows {
  const kinds = new Map<string, KeptKind>()
  let log: readonly MovedThreshold[] = []
  return {
    get: (kind) => kinds.get(kind) ?? null,
    put: (kind, kept) => void kinds.set(kind, kept),
    remove: (kind) => void kinds.delete(kind),
    all: () => [...kinds],
    moves: () => log,
    putMoves(moves) {
      log = moves
    },
  }
}
