/**
 * Puts questions to pieces: a few calls at a time, each to the node that has the fewest of them. A node that fails is followed by another;
 * a piece that nobody answers for, or not in time, is counted and left. One that declines to read its piece is followed by a node with another
 * model: the same one would say the same.
 */
import {
  askWorker,
  type Errand,
  errandName,
  errandsOf,
  type Job,
  readFinding,
  readNodeReport,
  type Step,
} from '@nearside/core'
import { missedRecord } from '../run/near-answer.ts'
import { askOne, branchOf, finish, textOf, wholeOf } from './ask-one.ts'
import { pieceOf, type Reading } from './reading.ts'

export async function runErrands(
  reading: Reading,
  jobs: readonly Job[],
  nodes: readonly Step[],
): Promise<void> {
  const { counts, policy, done, readUntil } = reading
  const { errands, left } = errandsOf(jobs, policy.calls, done)
  counts.left += left
  counts.rounds++
  const busy = new Map<string, number>(nodes.map(({ target }) => [target, 0]))
  const stops = new Set<() => void>()
  const watch = reading.alarms()
  watch.set(readUntil, () => {
    for (const stop of stops) stop()
  })
  let next = 0
  const work = async (): Promise<void> => {
    for (let errand = errands[next++]; errand !== undefined; errand = errands[next++]) {
      done.add(errandName(errand))
      counts.asked++
      await runErrand(reading, errand, nodes, busy, stops)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(policy.parallel, errands.length) }, work))
  } finally {
    // One that throws takes the request with it: nobody waits for the others.
    next = errands.length
    for (const stop of stops) stop()
    watch.rest()
  }
}

async function runErrand(
  reading: Reading,
  errand: Errand,
  nodes: readonly Step[],
  busy: Map<string, number>,
  stops: Set<() => void>,
): Promise<void> {
  const { counts, desk, readUntil, policy, passages, steps, troubled } = reading
  const { text, heading } = pieceOf(reading, errand)
  const { question, chunk } = errand
  const messages = askWorker({ question, piece: text, chunk, heading })
  const tried = new Set<string>()
  const declined = new Set<string>()
  for (;;) {
    const [node] = nodes
      .filter(({ target, model }) => !tried.has(target) && !declined.has(model))
      .filter(({ target }) => desk.restLeftMs(target) === null)
      .toSorted((a, b) => (busy.get(a.target) ?? 0) - (busy.get(b.target) ?? 0))
    if (node === undefined || desk.options.now() >= readUntil) {
      if (tried.size === 0 && nodes[0] !== undefined)
        steps.push(missedRecord(nodes[0], node === undefined ? 'resting' : 'too-slow', 0))
      counts.unanswered++
      return
    }
    tried.add(node.target)
    const branch = branchOf(reading, { model: node.model, messages, max_tokens: policy.passageTokens * 2 })
    stops.add(branch.stop)
    busy.set(node.target, (busy.get(node.target) ?? 0) + 1)
    const one = await askOne(reading, node, branch, {
      endsAt: readUntil,
      othersLeft: tried.size < nodes.length,
    }).finally(() => {
      stops.delete(branch.stop)
      busy.set(node.target, (busy.get(node.target) ?? 1) - 1)
    })
    if ('missed' in one) {
      steps.push(one.missed)
      troubled.add(node.target)
      continue
    }
    const answer = wholeOf(one.asked)
    finish(reading, one, answer.usage)
    const found = readFinding(textOf(answer), { question, piece: text }, policy.passageTokens)
    const { joules } = readNodeReport(answer.wire)
    if (found.kind === 'refused') {
      steps.push({ ...missedRecord(node, 'failed', one.tookMs), faults: ['refused'], joules })
      troubled.add(node.target)
      declined.add(node.model)
      continue
    }
    steps.push({
      ...missedRecord(node, found.kind === 'nothing' ? 'abstained' : 'found', one.tookMs),
      joules,
    })
    if (found.kind === 'nothing') counts.abstained++
    else {
      counts.found++
      passages.push({ chunk, question, text: found.text })
    }
    return
  }
}
