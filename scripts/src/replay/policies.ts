/**
 * A policy that recorded requests are decided by again.
 *
 * Verdicts move the threshold while a gateway runs, so a record keeps the one in force beside the policy's hash. Under the very policy that
 * it was decided by a record keeps the moved one; and where the file leaves `frontierFrom` out, what stands in the record
 * holds, because its default depends on the judge that the gateway has.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import {
  type GivenPolicy,
  learnedFrontierFrom,
  NearsideError,
  type Policy,
  policyHash,
  readPolicyFile,
  resolvePolicy,
  withOffset,
} from '@nearside/core'

export type ReplayPolicy = {
  readonly name: string
  /** As the gateway names it, whose `frontierFrom` is the learned judge's where the file says none. */
  readonly hash: string
  /** The policy as it holds for a record, and whether that is the one which decided it. */
  forRecord(decided: Decided): { readonly policy: Policy; readonly same: boolean }
}

type Decided = { readonly policy: string | null; readonly frontierFrom: number | null }

/** A policy's names and its moved forms are as few as the steps between two thresholds. */
const mostKept = 1_000

export function openPolicy(path: string, flag: string): ReplayPolicy {
  const given = readPolicyFile(textOf(path, flag), basename(path))
  return replayPolicy(path, given)
}

export function replayPolicy(name: string, given: GivenPolicy): ReplayPolicy {
  const standalone = resolvePolicy({ frontierFrom: learnedFrontierFrom, ...given })
  const saysThreshold = given.frontierFrom !== undefined
  const bases = saysThreshold ? [standalone] : [standalone, resolvePolicy(given)]
  const byHash = new Map(bases.map((base) => [policyHash(base), base]))
  const kept = new Map<string, ReturnType<ReplayPolicy['forRecord']>>()

  const formOf = (decided: Decided): ReturnType<ReplayPolicy['forRecord']> => {
    const inForce = decided.frontierFrom
    const exact = decided.policy === null ? undefined : byHash.get(decided.policy)
    if (exact !== undefined) {
      const offset = inForce === null ? 0 : Math.round((exact.frontierFrom - inForce) * 1e6) / 1e6
      return { policy: withOffset(exact, offset), same: true }
    }
    if (saysThreshold || inForce === null) return { policy: standalone, same: false }
    const policy = { ...standalone, frontierFrom: inForce }
    return { policy, same: policyHash(policy) === decided.policy }
  }

  return {
    name,
    hash: policyHash(standalone),
    forRecord(decided) {
      const key = `${decided.policy} ${decided.frontierFrom}`
      const known = kept.get(key)
      if (known !== undefined) return known
      if (kept.size >= mostKept) kept.clear()
      const form = formOf(decided)
      kept.set(key, form)
      return form
    },
  }
}

function textOf(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NearsideError(
      'bad-options',
      `${flag}: ${path} cannot be read; it is a policy's file of JSON.`,
      {
        cause,
        param: flag,
      },
    )
  }
}
