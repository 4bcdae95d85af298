/**
 * What upstreams have against the gateway itself, as last heard: its key, its right to a model, the address or the model
 * that it was given. These are the operator's faults, which no breaker mends: they are told until a call succeeds.
 *
 * A key belongs to an upstream with all its models, so one call tells of all of them; the rest is of one model. Empty
 * almost always, and never longer than the list of models.
 */
import type { Endpoint } from '../options/endpoint.ts'
import type { Options } from '../options/resolve-options.ts'

/** 401, 403 and 404. Only the first is surely the key's: some providers moderate with 403. */
export type Refusal = 'key-refused' | 'forbidden' | 'not-found'

export type Refusals = {
  heard(target: string, refusal: Refusal): void
  /** A call has succeeded there. */
  answered(target: string): void
  /** What was last heard; null where the last call that told anything succeeded, or there was none. */
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
  const last = new Map<string, { readonly refusal: Refusal; readonly at: number }>()
  /** The targets that are asked with the same key: those of one upstream share its headers. */
  const keyMates = (target: string): readonly string[] => {
    const headers = endpoints.get(target)?.headers
    const isMate = ([, other]: readonly [string, Endpoint]): boolean => other.headers === headers
    return [...endpoints].filter(isMate).map(([name]) => name)
  }
  return {
    heard(target, refusal) {
      const of = refusal === 'key-refused' ? keyMates(target) : [target]
      for (const name of of) last.set(name, { refusal, at: now() })
    },
    answered(target) {
      if (last.size === 0) return
      for (const name of keyMates(target)) {
        if (name === target || last.get(name)?.refusal === 'key-refused') last.delete(name)
      }
    },
    of: (target) => last.get(target)?.refusal ?? null,
    keyRefusedLately(target) {
      const its = last.get(target)
      return its !== undefined && its.refusal === 'key-refused' && now() - its.at < lateMs
    },
  }
}

/**
 * Whoever balances by `/ready` sends nothing to a gateway that is not, so no call could find out that the provider takes
 * the key again: after a minute it counts as ready once more.
 */
const lateMs = 60_000
