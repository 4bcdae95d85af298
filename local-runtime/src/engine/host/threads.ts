/**
 * How many threads a model gets when nobody says. The cores that a container sees are not the cores it may use:
 * a quota below them makes every extra thread wait for the others (a ten-fold loss was measured), so the quota
 * counts, and so does the affinity, which Node's `availableParallelism` knows. Small models lose more by waking
 * threads than they win by them.
 */
import { availableParallelism } from 'node:os'
import { quotaCores } from '../../machine/control-groups.ts'
import { readText } from '../../machine/memory-now.ts'

/** Below this, one thread is fastest. */
const smallModelBytes = 64 * 1024 * 1024

/** Decoding is bound by memory, which a few cores saturate. */
const mostThreads = 8

export function defaultThreads(weightBytes: number, cores: number = usableCores()): number {
  return weightBytes < smallModelBytes ? 1 : Math.max(1, Math.min(mostThreads, Math.floor(cores)))
}

export function usableCores(): number {
  return Math.min(availableParallelism(), quotaCores(readText) ?? Number.POSITIVE_INFINITY)
}
