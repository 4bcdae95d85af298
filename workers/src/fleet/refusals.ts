/**
 * What upstreams have against the gateway itself, as last heard: its key, its right to a model, the address or the model
 * that it was given. These are the operator's faults, which no breaker mends: they are told until a call succeeds.
 *
 * A key belongs to an upstream with all its models, so one call tells of all of them; the rest is of one model. Empty
 * almost always, and never longer than the list of models.
 */
import type { Options } from '../options/resolve-options.ts'

/** 401, 403 and 404. Only the first is surely the key's: some providers moderate with 403. */
export type Refusal = 'key-refused' | 'forbidden' | 'not-found'

export type Refusals = {
  heard(target: string, refusal: Refusal): void
  /** A call has succeeded there. */
  answered(target: string): void
  /** What it has against the gateway; null where nothing was heard since a call succeeded. */
  of(target: string): Refusal | null
  /** Whether its key was refused so lately that nothing but the next call could say otherwise. */
  keyRefusedLately(target: string): boolean
}

export function refusalIn(upstreamStatus: number | null): Refusal | null {
  if (upstreamStatus === 401) return 'key-refused'
  if (upstreamStatus === 403) return 'forbidden'
  return upstreamStatus === 404 ? 'not-found' : null
}

export function openRefusals({ endpoints, now }: Pick<Options, 'endpoints' | 'now'>): Refusals {
  /** When a key was refused, by the headers that carry it: the models of an upstream share them. */
  const keys = new Map<unknown, number>()
  const models = new Map<string, Refusal>()
  const keyOf = (target: string): unknown => endpoints.get(target)?.headers
  return {
    heard(target, refusal) {
      if (refusal === 'key-refused') keys.set(keyOf(target), now())
      else models.set(target, refusal)
    },
    answered(target) {
      keys.delete(keyOf(target))
      models.delete(target)
    },
    of: (target) => (keys.has(keyOf(target)) ? 'key-refused' : (models.get(target) ?? null)),
    keyRefusedLately: (target) => now() - (keys.get(keyOf(target)) ?? -lateMs) < lateMs,
  }
}

/**
 * Whoever balances by `/ready` sends nothing to a gateway that is not, so no call could find out that the provider takes
 * the key again: after a minute it counts as ready once more.
 */
const lateMs = 60_000
