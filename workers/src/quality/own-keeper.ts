/** Verdicts of this isolate alone, bounded, and lost without harm when it is put away: an offset that is lost is learnt again. */
import {
  type KindNow,
  kindStep,
  noVerdicts,
  qualityStanding,
  sumOfCounts,
  type VerdictCounts,
} from '@nearside/core'
import type { Keeper, KeeperTerms } from '../verdicts/keeper.ts'
import { mostKinds, otherKind } from '../verdicts/verdict-store.ts'

export function ownKeeper({ window, level, thresholds }: KeeperTerms, now: () => number): Keeper {
  const kinds = new Map<string, KindNow & { readonly newest: readonly VerdictCounts[] }>()
  return {
    kinds,
    async take({ task }, verdict) {
      const kind = kinds.has(task) || kinds.size < mostKinds ? task : otherKind
      const known = kinds.get(kind) ?? unheard
      const newest = [...known.newest, verdict].slice(-window)
      const counts = sumOfCounts(newest)
      const { below, move: step } = kindStep({ ...known, counts }, level, thresholds)
      const move = step && { ...step, task: kind, at: now(), standing: qualityStanding(counts) }
      kinds.set(kind, move ? { ...unheard, offset: move.to } : { ...known, newest, counts, below })
      return { kind, counts, alarmed: below && !known.below, move }
    },
    lookUp() {},
  }
}

/** What nobody else changes needs no epoch. */
const unheard = { newest: [], epoch: 0, offset: 0, below: false, counts: noVerdicts } as const
