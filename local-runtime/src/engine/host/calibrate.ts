/**
 * How many threads are fastest, tried out. Decoding is bound by memory, which few cores saturate, and on a busy machine each
 * further thread waits for the slowest: visible cores are a poor guess. More threads are taken only where they win clearly, for
 * those that win nothing take the cores of everything else.
 */
import type { Recalibration } from '../engine.ts'
import type { Watch } from './serve-engine.ts'

export type Calibration = { readonly threads: number; readonly why: string }

/** What a further step must win. */
const clearly = 1.1

export async function fastestThreads(
  most: number,
  speedWith: (threads: number) => Promise<number>,
  { unit }: { readonly unit: string } = { unit: 'tokens a second' },
): Promise<Calibration> {
  let best = { threads: 1, speed: await speedWith(1) }
  const tried = [`1: ${best.speed.toFixed(1)}`]
  for (let threads = 2; threads <= most; threads *= 2) {
    const speed = await speedWith(threads)
    tried.push(`${threads}: ${speed.toFixed(1)}`)
    if (speed < best.speed * clearly) break
    best = { threads, speed }
  }
  return { threads: best.threads, why: `tried at the load (${unit} with ${tried.join(', ')})` }
}

export type Retrial = {
  readonly most: number
  /** Threads in use. */
  readonly current: number
  readonly atLoad: number
  readonly unit?: string
  readonly speedWith: (threads: number) => Promise<number>
  /** Cancelled as soon as somebody asks for an answer. */
  readonly watch: Watch
}

/** The trial once more, given up for whoever comes meanwhile. What it found is for the engine to carry out. */
export async function retryThreads({
  most,
  current,
  atLoad,
  unit = 'tokens a second',
  speedWith,
  watch,
}: Retrial): Promise<Omit<Recalibration, 'standsOn'>> {
  let isInterrupted = false
  const { threads, why } = await fastestThreads(
    most,
    async (tried) => {
      isInterrupted ||= await watch.isCancelled()
      // Without a speed no further step is taken.
      if (isInterrupted) return 0
      const speed = await speedWith(tried)
      watch.onPromptPart()
      return speed
    },
    { unit },
  )
  isInterrupted ||= await watch.isCancelled()
  if (isInterrupted) {
    return {
      outcome: 'interrupted',
      threads: current,
      isAsAtLoad: current === atLoad,
      why: 'somebody asked for an answer meanwhile',
    }
  }
  const outcome = threads === current ? 'kept' : 'changed'
  return { outcome, threads, isAsAtLoad: threads === atLoad, why: why.replace('at the load', 'anew') }
}
