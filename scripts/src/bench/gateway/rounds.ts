/**
 * The rounds: every target in turn, in each mode, at each concurrency, again and again.
 *
 * Targets alternate within seconds and the order is turned round every other time, so what else the machine does
 * falls on all of them alike, and neither side of a ratio is always measured first.
 */
import type { LoadGenerator } from '../load/load-generator.ts'
import type { LoadResult } from '../load/run-load.ts'
import { type Mode, tailOf } from './requests.ts'
import type { Target, TargetName } from './targets.ts'

export const concurrencies = [1, 16, 64] as const

export type Sample = LoadResult & {
  readonly target: TargetName
  readonly mode: Mode
  readonly concurrency: number
  readonly round: number
}

export type RoundOptions = {
  readonly rounds: number
  readonly seconds: number
  readonly say: (line: string) => void
}

/**
 * Lets the compilers of all targets do their work first: it takes them some ten thousand requests, on which a server lives
 * for hours. A target that fails here is not worth measuring.
 */
export async function warmUp(targets: readonly Target[], load: LoadGenerator): Promise<void> {
  for (const target of targets) {
    for (const mode of target.modes) {
      const { firstFailure } = await measure(target, mode, 16, warmUpSeconds, load)
      if (firstFailure !== null && target.name !== 'portkey') {
        throw new Error(`${target.name} does not answer (${mode}): ${firstFailure}`)
      }
    }
  }
}

const warmUpSeconds = 4

export async function runRounds(
  targets: readonly Target[],
  load: LoadGenerator,
  options: RoundOptions,
): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (let round = 0; round < options.rounds; round++) {
    const ordered = round % 2 === 0 ? targets : targets.toReversed()
    for (const mode of ['whole', 'stream'] as const) {
      for (const concurrency of concurrencies) {
        for (const target of ordered.filter((candidate) => candidate.modes.includes(mode))) {
          const result = await measure(target, mode, concurrency, options.seconds, load)
          samples.push({ ...result, target: target.name, mode, concurrency, round })
        }
      }
    }
    for (const target of ordered.filter((candidate) => spacedTargets.includes(candidate.name))) {
      const result = await measure(target, 'spaced', 1, options.seconds, load)
      samples.push({ ...result, target: target.name, mode: 'spaced', concurrency: 1, round })
    }
    options.say(`round ${round + 1} of ${options.rounds}`)
  }
  return samples
}

const spacedTargets: readonly TargetName[] = [
  'direct',
  'ten-line proxy',
  'nearside finish',
  'nearside abort',
  'portkey',
]

function measure(
  target: Target,
  mode: Mode,
  concurrency: number,
  seconds: number,
  load: LoadGenerator,
): Promise<LoadResult> {
  const request = target.request(mode, target.port)
  return load.run({ port: target.port, request, tail: tailOf(mode), concurrency, durationMs: seconds * 1000 })
}
