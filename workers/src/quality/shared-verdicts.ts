/**
 * A book that all isolates share: verdicts of isolates that live for minutes add up in a store, where one alone gives an
 * alarm or moves a threshold.
 *
 * Everything is asked for behind an answer, and a decision takes what was heard last. A store that is slow, away or talks
 * nonsense costs a counted miss; the isolate goes on with what it knows. What may not leave leaves no trace here either.
 *
 * @example
 * nearside({ quality: { …, book: sharedVerdicts({ store: redisVerdictStore({ url, token }) }) } })
 */
import {
  isZone,
  type KindNow,
  kindStep,
  mayGo,
  noVerdicts,
  type Privacy,
  qualityStanding,
  type VerdictCounts,
  type Zone,
} from '@nearside/core'
import type { Metrics } from '../metrics/metrics.ts'
import { checkKeys, isObject, wrong } from '../options/checks.ts'
import type { Keeper, KeeperTerms, SharedBook, Taken, VerdictOf } from '../verdicts/keeper.ts'
import {
  type AddedVerdict,
  isKindName,
  mostKinds,
  otherKind,
  type VerdictStore,
} from '../verdicts/verdict-store.ts'
import { within } from '../within/within.ts'

export type SharedVerdictOptions = {
  readonly store: VerdictStore
  /** Where the store keeps them. @default 'provider:verdict-store' */
  readonly zone?: Zone
  /** How long a verdict counts; a kind without one for so long is forgotten, its threshold with it. @default 604800000, a week */
  readonly keepMs?: number
}

const fields: Readonly<Record<keyof SharedVerdictOptions, true>> = { store: true, zone: true, keepMs: true }
const dayMs = 86_400_000

/** A threshold moves after dozens of verdicts: an isolate that learns of it half a minute later has missed little. */
const lookEveryMs = 30_000
/** Nobody waits for it. */
const storeMs = 2_000

export function sharedVerdicts(given: SharedVerdictOptions): SharedBook {
  const path = 'sharedVerdicts()'
  if (!isObject(given)) throw wrong(path, 'takes an object with a store')
  checkKeys(given, fields, path)
  const { store, zone = 'provider:verdict-store', keepMs = 7 * dayMs } = given
  if (!isObject(store) || typeof store.add !== 'function' || typeof store.change !== 'function')
    throw wrong(`${path}.store`, 'is what redisVerdictStore or durableObjectVerdictStore makes')
  if (!isZone(zone)) throw wrong(`${path}.zone`, 'is premises, gateway or provider:<name>')
  if (!Number.isSafeInteger(keepMs) || keepMs < 1_000 || keepMs > 90 * dayMs)
    throw wrong(`${path}.keepMs`, 'is whole milliseconds from a second to 90 days')
  return { open: (terms, now, metrics) => openKeeper({ store, zone, keepMs }, terms, now, metrics) }
}

function openKeeper(
  { store, zone, keepMs }: Required<SharedVerdictOptions>,
  { tenant, window, level, thresholds }: KeeperTerms,
  now: () => number,
  { registry }: Pick<Metrics, 'registry'>,
): Keeper {
  const kinds = new Map<string, KindNow & { readonly askedAs: number }>()
  const misses = registry.counter(
    'nearside_quality_book_misses_total',
    'Verdicts that the shared book did not count, and questions to it that failed, by why.',
  )
  let asked = 0
  let lookAt = 0

  const nameOf = (task: string): string =>
    isKindName(task) && (kinds.has(task) || kinds.size < mostKinds) ? task : otherKind
  const asking = <T>(question: () => Promise<T>): Promise<T> => within(question, storeMs)

  function missed(why: 'privacy' | 'moved' | 'failed'): null {
    misses.add({ why })
    return null
  }

  /** What was asked for earlier may be answered later. Whatever is stored, an offset stays between floor and ceiling. */
  function heard(kind: string, { epoch, offset, below, counts }: KindNow, askedAs: number): void {
    if ((kinds.get(kind)?.askedAs ?? 0) > askedAs || (!kinds.has(kind) && kinds.size > mostKinds)) return
    kinds.set(kind, { epoch, offset: held(offset), below, counts, askedAs })
  }

  function held(offset: number): number {
    return thresholds === null ? 0 : Math.min(thresholds.ceiling, Math.max(thresholds.floor, offset))
  }

  /** Null where it is not counted. */
  async function added(
    { task, privacy, epoch }: VerdictOf,
    counts: VerdictCounts,
  ): Promise<AddedVerdict | null> {
    if (!mayGo(privacy, zone)) return missed('privacy')
    const askedAs = ++asked
    try {
      const said = await asking(() => store.add(tenant, nameOf(task), counts, epoch, { window, keepMs }))
      heard(said.kind, said, askedAs)
      return said.counted ? said : missed('moved')
    } catch {
      return missed('failed')
    }
  }

  /** Changes what the verdicts call for, unless somebody else was first. */
  async function follow({ kind, ...said }: AddedVerdict): Promise<Pick<Taken, 'alarmed' | 'move'>> {
    const { epoch, below, counts } = said
    const step = kindStep({ ...said, offset: held(said.offset) }, level, thresholds)
    if (step.move === null && step.below === below) return nothing
    const standing = qualityStanding(counts)
    const move = step.move && { ...step.move, task: kind, at: now(), standing }
    const change = {
      from: { epoch, below },
      to: move === null ? { below: step.below } : { offset: move.to },
    }
    const askedAs = ++asked
    try {
      if (!(await asking(() => store.change(tenant, kind, change, move)))) return nothing
    } catch {
      missed('failed')
      return nothing
    }
    const after = { epoch: epoch + 1, offset: move?.to ?? 0, below: false, counts: noVerdicts }
    heard(kind, move === null ? { ...said, below: step.below } : after, askedAs)
    return { alarmed: step.below && !below, move }
  }

  async function look(): Promise<void> {
    const askedAs = ++asked
    try {
      const all = await asking(() => store.read(tenant, keepMs))
      const named = new Set(all.map(({ kind }) => kind))
      for (const [kind, known] of kinds) if (known.askedAs < askedAs && !named.has(kind)) kinds.delete(kind)
      for (const each of all) heard(each.kind, each, askedAs)
    } catch {
      missed('failed')
    }
  }

  return {
    kinds,
    async take(of, counts) {
      const said = await added(of, counts)
      if (said !== null) return { kind: said.kind, counts: said.counts, ...(await follow(said)) }
      const kind = nameOf(of.task)
      return { kind, counts: kinds.get(kind)?.counts ?? noVerdicts, ...nothing }
    },
    lookUp(privacy: Privacy, waitUntil) {
      if (now() < lookAt || !mayGo(privacy, zone)) return
      lookAt = now() + lookEveryMs
      waitUntil(look())
    },
  }
}

const nothing = { alarmed: false, move: null } as const
