/**
 * Verdicts in Redis, shared by every isolate and every process: one round trip each, atomic. A reply that is not exactly of
 * the expected shape is a fault of the store, never a verdict.
 */
import type { KindNow } from '@nearside/core'
import { openRedisWords, type RedisReplayOptions } from '../replay/redis-words.ts'
import { addScript, changeScript, movesScript, readScript } from './redis-scripts.ts'
import {
  isKindName,
  type KindHeard,
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

  async function words(script: string, book: string, keys: readonly string[], args: string[]) {
    const said = await run(script, book, keys, args)
    if (!Array.isArray(said) || !said.every((word) => typeof word === 'string')) throw failed(nonsense)
    return said as readonly string[]
  }

  function standing(words: string | undefined): KindNow {
    const [epoch, offset, below, ...counted] = numbersOf(words ?? '')
    const [verdicts, good, near, reference] = counted
    if (reference === undefined || good! > verdicts!) throw failed(nonsense)
    return {
      epoch: epoch!,
      offset: offset! / millionths,
      below: below === 1,
      counts: { verdicts: verdicts!, good: good!, near: near!, reference },
    }
  }

  return {
    async add(book, kind, { good, near, reference }, epoch, { window, keepMs }) {
      const own = isKindName(kind) ? kind : otherKind
      const keys = ['v', `v:${own}`, `v:${otherKind}`]
      const args = [own, epoch, window, keepMs, mostKinds, otherKind, `${good} ${near} ${reference}`]
      const [name, counted, told, ...rest] = await words(addScript, book, keys, args.map(String))
      if ((name !== own && name !== otherKind) || !/^[01]$/.test(counted ?? '') || rest.length > 0)
        throw failed(nonsense)
      return { kind: name, counted: counted === '1', ...standing(told) }
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
      const said = await words(readScript, book, ['v'], [String(keepMs)])
      // One more than there may be: the other kinds together.
      if (said.length % 2 !== 0 || said.length > 2 * (mostKinds + 1)) throw failed(nonsense)
      const kinds: KindHeard[] = []
      for (let at = 0; at < said.length; at += 2) {
        const kind = said[at]!
        if (!isKindName(kind)) throw failed(nonsense)
        kinds.push({ kind, ...standing(said[at + 1]) })
      }
      return kinds
    },
    async moves(book) {
      const log = await words(movesScript, book, ['v-moves'], [])
      try {
        return log.map((line) => JSON.parse(line) as MovedThreshold)
      } catch {
        throw failed(nonsense)
      }
    },
  }
}

const nonsense = 'The reply says nothing that is known.'

/** Exactly seven whole numbers of which the second may be below zero, and the third is 0 or 1; else none. */
function numbersOf(words: string): readonly number[] {
  if (!/^\d{1,9} -?\d{1,7} [01](?: \d{1,9}){4}$/.test(words)) return []
  return words.split(' ').map(Number)
}
