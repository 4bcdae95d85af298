/**
 * What the store last said of hard caps, kept for a while: so that a decision need not be told again what is spent.
 *
 * It is never asked of the store: each reserve says it by the way. Only what was charged counts, for in a window that sum only
 * grows, where money that is held comes back. The limit is that of the caps which the call stands under now, the very
 * ones that a reserve would bring along: a cap that was raised, or whose window is over, says nothing any more. A store's
 * books may be set back all the same, so nothing is believed for longer than half a minute.
 */
import {
  type Balance,
  type BudgetHint,
  type Cap,
  type CapsLeft,
  type TargetView,
  windowAt,
} from '@nearside/core'

export type HeardCaps = {
  hear(tenant: string, balance: Balance): void
  /** What is left for calls of those targets that cost something, under the caps of each; null where nothing is known. */
  hint(tenant: string, field: readonly TargetView[], capsFor: CapsFor): BudgetHint | null
}

/** The caps that a call of a model stands under; null where nobody can tell without asking. */
export type CapsFor = (model: string) => readonly Cap[] | null

type Heard = { readonly settled: number; readonly resetsAt: number | null; readonly at: number }

const believedMs = 30_000

/** The store's clock is another one, and its window may be over before ours is. */
const clocksDifferMs = 5_000

/** Two hundred bytes each: half a megabyte. The first heard are forgotten first. */
const mostHeard = 2_048

export function openHeardCaps(now: () => number): HeardCaps {
  const heard = new Map<string, Heard>()

  function leftUnder(caps: readonly Cap[], tenant: string, at: number): Omit<CapsLeft, 'model'> | null {
    let least: Omit<CapsLeft, 'model'> | null = null
    for (const cap of caps) {
      const known = cap.kind === 'hard' ? heard.get(keyOf(tenant, cap)) : undefined
      if (known === undefined || at - known.at >= believedMs) continue
      const { endsAt } = windowAt(cap.window, cap.zone, at)
      if (endsAt !== known.resetsAt || (endsAt !== null && endsAt - at <= clocksDifferMs)) continue
      const left = Math.max(0, cap.limit - known.settled)
      if (least === null || left < least.left) least = { left, heardAt: known.at }
    }
    return least
  }

  return {
    hear(tenant, { scope, window, kind, settled, resetsAt }) {
      if (kind !== 'hard') return
      const key = keyOf(tenant, { scope, window })
      heard.delete(key)
      heard.set(key, { settled, resetsAt, at: now() })
      if (heard.size <= mostHeard) return
      for (const first of heard.keys()) {
        heard.delete(first)
        return
      }
    },
    hint(tenant, field, capsFor) {
      if (heard.size === 0) return null
      const at = now()
      const told: CapsLeft[] = []
      // Models mostly share their caps, and to find the window of one takes the longest here.
      let looked: readonly Cap[] | null = null
      let least: Omit<CapsLeft, 'model'> | null = null
      for (const { price, model } of field) {
        if (price === null || told.some((each) => each.model === model)) continue
        const caps = readable(capsFor, model)
        if (caps !== looked) least = caps === null ? null : leftUnder(caps, tenant, at)
        looked = caps
        if (least !== null) told.push({ model, ...least })
      }
      return told.length === 0 ? null : told
    },
  }
}

/** Caps that a host got wrong are told where they are needed, which may be nowhere. */
function readable(capsFor: CapsFor, model: string): readonly Cap[] | null {
  try {
    return capsFor(model)
  } catch {
    return null
  }
}

/** No scope has a bar in it, so that no two of them are one. */
function keyOf(tenant: string, { scope, window }: Pick<Cap, 'scope' | 'window'>): string {
  return `${scope}|${window}|${tenant}`
}
