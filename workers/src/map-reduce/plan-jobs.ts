/** The questions that are put to the pieces: a supervisor's, or the task itself where no supervisor may be asked or is of use. */
import { askPlan, type Job, type NearsideError, readJobs, type Step } from '@nearside/core'
import { missedRecord } from '../run/near-answer.ts'
import { askOne, branchOf, finish, textOf, wholeOf } from './ask-one.ts'
import { outlineFor, type Reading } from './reading.ts'

export type PlannedJobs = {
  readonly jobs: readonly Job[]
  /** A cap that is spent stands in the way of whoever sums up as well. */
  readonly denial: NearsideError | null
}

export async function planJobs(reading: Reading, supervisors: readonly Step[]): Promise<PlannedJobs> {
  const { call, chunks, found, policy, steps, counts, readUntil } = reading
  const byTask = [{ question: found.task, from: 1, to: chunks.length }]
  const messages = askPlan({
    task: found.task,
    instructions: found.instructions,
    outline: outlineFor(reading),
    chunks: chunks.length,
    mostJobs: policy.jobs,
    mostErrands: policy.calls,
  })
  // Half of the time until everything is to have been read.
  const endsAt = call.at + Math.round((readUntil - call.at) / 2)
  for (const [index, step] of supervisors.entries()) {
    const branch = branchOf(reading, { model: step.model, messages })
    const one = await askOne(reading, step, branch, { endsAt, othersLeft: index < supervisors.length - 1 })
    if ('missed' in one) {
      steps.push(one.missed)
      if (one.missed.outcome === 'denied') return { jobs: byTask, denial: one.error }
      // What is refused because nobody knows what is left is refused before anybody has worked for it.
      if (one.error?.code === 'store-failed') throw one.error
      continue
    }
    const answer = wholeOf(one.asked)
    finish(reading, one, answer.usage)
    const read = readJobs(textOf(answer), { chunks: chunks.length, mostJobs: policy.jobs })
    steps.push(missedRecord(step, read === null ? 'failed' : 'planned', one.tookMs))
    if (read === null) break
    counts.plannedBy = 'supervisor'
    return { jobs: read.jobs, denial: null }
  }
  return { jobs: byTask, denial: null }
}
