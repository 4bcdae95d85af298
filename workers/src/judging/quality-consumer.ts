/**
 * Judges what a gateway put on the operator's queue: the other end of `quality.queue`, to be called by whatever reads it.
 *
 * Its verdicts go into `quality.book`, where the gateways read them. Without one they stay where it runs: `onJudged` and
 * `onThresholdMove` say them to the operator, who tells the gateways.
 */
import { NearsideError } from '@nearside/core'
import { openDesk } from '../desk/desk.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { JudgeJob } from '../options/quality-options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { openSeal } from '../replay/seal.ts'
import { judge } from './judge-later.ts'
import type { Material } from './material.ts'

export type QualityConsumer = (job: JudgeJob) => Promise<void>

/** Throws `bad-options` where the options have no `quality.queue`, and `store-failed` at a job that is not its own. */
export function qualityConsumer(given: NearsideOptions): QualityConsumer {
  const desk = openDesk(resolveOptions(given))
  const terms = desk.quality?.terms
  if (terms === undefined || terms.queue === null) {
    throw new NearsideError('bad-options', 'quality.queue is needed: nothing else puts jobs on a queue.', {
      param: 'quality.queue',
    })
  }
  const { secret } = terms.queue
  return async (job) => {
    if (job.version !== 1) throw new NearsideError('store-failed', 'A job of another version is not judged.')
    const seal = await openSeal(secret, terms.tenant)
    // Sealed by a gateway of the operator's, so it is what that gateway wrote.
    const material = JSON.parse(await seal.open(`judge ${job.id}`, job.sealed)) as Material
    const behind: Promise<unknown>[] = []
    await judge(material, desk, (work) => behind.push(work))
    // What is done behind may leave something behind in its turn.
    while (behind.length > 0) await Promise.allSettled(behind.splice(0))
  }
}
