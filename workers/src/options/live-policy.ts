/**
 * The policy as it is now: an object is checked once; a function is asked before each decision, and what it gives is
 * checked when it is another object than before. What is wrong then is told to `onFault` and passed over: the policy
 * before it holds, since a slip in a file must not stop a gateway that runs.
 */
import {
  type GivenPolicy,
  isNearsideError,
  NearsideError,
  type Policy,
  policyHash,
  resolvePolicy,
} from '@nearside/core'
import type { NearsideOptions, StrategyOffer } from './options.ts'
import { refuseMissingStrategies } from './resolve-strategies.ts'

export type LivePolicy = { now(): Policy; hash(): string }

export function livePolicy(
  { policy: given, onFault }: Pick<NearsideOptions, 'policy' | 'onFault'>,
  offers: readonly StrategyOffer[],
): LivePolicy {
  const resolved = (newest: GivenPolicy | undefined): Policy => {
    const policy = resolvePolicy(newest)
    refuseMissingStrategies(policy, offers)
    return policy
  }
  if (typeof given !== 'function') {
    const policy = resolved(given)
    return { now: () => policy, hash: hashOnce(() => policy) }
  }
  let last = given()
  let policy = resolved(last)
  const current = (): Policy => {
    try {
      const newest: GivenPolicy = given()
      if (newest === last) return policy
      last = newest
      policy = resolved(newest)
    } catch (cause) {
      onFault?.(faultIn(cause), 'policy')
    }
    return policy
  }
  return { now: current, hash: hashOnce(() => policy) }
}

function faultIn(cause: unknown): NearsideError {
  if (isNearsideError(cause)) return cause
  return new NearsideError('bad-options', 'The function that gives the policy threw.', {
    cause,
    param: 'policy',
  })
}

/** The hash costs more than a decision: it is made when it is first asked for. */
function hashOnce(now: () => Policy): () => string {
  let of: Policy | null = null
  let hash = ''
  return () => {
    const policy = now()
    if (policy !== of) {
      hash = policyHash(policy)
      of = policy
    }
    return hash
  }
}
