/**
 * A judge that answers later, waited for: a model in another engine takes its time, and may fail.
 *
 * Whatever goes wrong leaves the difficulty unknown, which is a reason of its own in the plan; the host hears what it was
 * (`onFault`). Where the edge is sure of its answer nobody needs to know.
 */
import { type DifficultyOf, NearsideError } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Judge } from '../options/options.ts'
import type { Desk } from './desk.ts'

export async function judgedLater(
  { id, request, alarm }: Call,
  edgeIsSure: boolean,
  { options, faulted }: Desk,
): Promise<DifficultyOf> {
  const { judge } = options
  if (judge === null) return options.difficulty
  if (edgeIsSure) return unknown
  const { judgeMs } = options.deadlines
  const judged = new Promise<number | null>((resolve, reject) => {
    alarm.set(options.now() + judgeMs, () => reject(new Error(`no judgement came within ${judgeMs} ms`)))
    askedTo(judge, request).then(resolve, reject)
  })
  try {
    const difficulty = await judged
    return difficulty === null ? unknown : () => difficulty
  } catch (cause) {
    faulted(new NearsideError('internal', 'The judge of difficulty failed.', { cause }), id)
    return unknown
  } finally {
    alarm.rest()
  }
}

const unknown: DifficultyOf = () => Number.NaN

async function askedTo(judge: Judge, request: Call['request']): Promise<number | null> {
  return (await judge.judge(request)).difficulty
}
