/**
 * Verdicts in Redis, shared by every isolate and every process: one round trip each, atomic. A reply that is not exactly of
 * the expected shape is a fault of the store, never a verdict.
 */
import type { KindNow } from '@nearside/core'
import { openRedisWords, type RedisReplayOptions } from '../replay/redis-words.ts'
import { addScript, changeScript, movesScript, readScript } from './redis-scripts.ts'
import {
  isKindName,
  type MovedThreshold,
  mostKinds,
  mostMoves,
  otherKind,
  type VerdictStore,
} from './verdict-store.ts'

/** The log outlives what moved the thresholds, for whoever asks a month later. */
const movesKeepMs = 90 * 86_400_000
const millionths = 1e6

export function redisVerdictStore(given: RedisReplayOptions): VerdictStore {
  const { run, failed } = openRedisWords(given, 'verdicts')

  async function list(
    script: string,
    book: string,
    key: string,
    args: string[],
  ): Promise<readonly unknown[]> {
    const said = await run(script, book, key, args)
    if (!Array.isArray(said)) throw failed(nonsense)
    return said
  }

  /** Its name, the word that is looked for, and how it stands. */
  function readLine(line: unknown, words: string): readonly [kind: string, word: string, now: KindNow] {
    const parts = typeof line === 'string' ? new RegExp(`^(\\S+) ${words}${standing}$`).exec(line) : null
    const [, kind = '', word = '', ...told] = parts ?? []
    const [epoch, offset, below, verdicts, good, near, reference] = told.map(Number) as Told
    if (parts === null || !isKindName(kind) || good > verdicts) throw failed(nonsense)
    const counts = { verdicts, good, near, reference }
    return [kind, word, { epoch, offset: offset / millionths, below: below === 1, counts }]
  }

  return {
    async add(book, kind, { good, near, reference }, epoch, { window, keepMs }) {
      const own = isKindName(kind) ? kind : otherKind
      const keys = ['v', `v:${own}`, `v:${otherKind}`]
      const args = [own, epoch, window, keepMs, mostKinds, otherKind, `${good} ${near} ${reference}`]
      const said = await run(addScript, book, keys, args.map(String))
      const [name, word, now] = readLine(said, '(counted|moved) ')
      if (name !== own && name !== otherKind) throw failed(nonsense)
      return { kind: name, counted: word === 'counted', ...now }
    },
    async change(book, kind, { from, to }, move) {
      const moved = 'offset' in to
      const after = moved ? Math.round(to.offset * millionths) : Number(to.below)
      const log = JSON.stringify(move)
      const args = [kind, from.epoch, Number(from.below), after, log, mostMoves, movesKeepMs, Number(moved)]
      const said = await run(changeScript, book, ['v', `v:${kind}`, 'v-moves'], args.map(String))
      if (said !== 'changed' && said !== 'behind') throw failed(nonsense)
      return said === 'changed'
    },
    async read(book, keepMs) {
      const said = await list(readScript, book, 'v', [String(keepMs)])
      // One more than there may be: the other kinds together.
      if (said.length > mostKinds + 1) throw failed(nonsense)
      return said.map((line) => {
        const [kind, , now] = readLine(line, '()')
        return { kind, ...now }
      })
    },
    async moves(book) {
      const log = await list(movesScript, book, 'v-moves', [])
      return log.map(readMove)
    },
  }

  /** Upstash's own client reads JSON by itself. */
  function readMove(line: unknown): MovedThreshold {
    const move = typeof line === 'string' ? parsed(line) : line
    if (typeof move !== 'object' || move === null || !('standing' in move)) throw failed(nonsense)
    return move as MovedThreshold
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const nonsense = 'The reply says nothing that is known.'

type Told = [number, number, number, number, number, number, number]

/** Epoch, offset, alarm, and four counts. */
const standing = String.raw`(\d{1,9}) (-?\d{1,7}) ([01]) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9})`
