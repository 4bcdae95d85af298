/**
 * Labels a share of the traffic: the answer goes to its caller as always, and behind it a second one is made and compared.
 *
 * An answer of a near model is compared with a second sample of its own, one of the frontier with what the near model would
 * have said. Only nodes without a price are asked, so that labels cost no money; nobody waits for them, each has its own
 * time, and few are made at once. What is told is the kind of task and how alike the two were: never a text.
 */
import {
  agreementOf,
  answerChecker,
  type Choice,
  NearsideError,
  type Step,
  type TierName,
  type VectorOf,
} from '@nearside/core'
import { openAlarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { checkKeys } from '../options/checks.ts'
import type { LabellingOffer } from '../options/options.ts'
import type { Purse } from '../purse/purse.ts'
import { askWhole, wholeRequest } from './ask-whole.ts'
import { openBranch } from './branch.ts'
import type { RunLabelling } from './labelled.ts'
import { giveUp } from './near-answer.ts'
import { overheard } from './overheard.ts'
import type { Served } from './served.ts'
import { targetOf } from './target-of.ts'

export type Label = {
  /** The kind of task; null where nobody judged it. */
  readonly task: string | null
  /** Who answered the caller. */
  readonly tier: TierName
  readonly agreed: boolean
  /** How alike the two answers were, from 0 to 1. */
  readonly score: number
}

export type LabellingOptions = {
  /** How much of the traffic is labelled, from 0 to 1. */
  readonly share: number
  readonly onLabel: (label: Label) => void
  /** How alike two texts without one right form must be. @default 0.8 */
  readonly alikeFrom?: number
  /** The classifier's `sentenceVector`. @default letter triples */
  readonly vectorOf?: VectorOf
  /** How long a second answer may take, in milliseconds; a Worker's work behind an answer ends after 30 seconds. @default 20000 */
  readonly limitMs?: number
  /** How many are made at once by one isolate. @default 2 */
  readonly atOnce?: number
}

const known: Readonly<Record<keyof LabellingOptions, true>> = {
  share: true,
  onLabel: true,
  alikeFrom: true,
  vectorOf: true,
  limitMs: true,
  atOnce: true,
}

/**
 * @example
 * nearside({ labelling: labelling({ share: 0.02, onLabel: (label) => counts.add(label) }), … })
 */
export function labelling(given: LabellingOptions): LabellingOffer {
  checkKeys(given, known, 'labelling')
  const options = { alikeFrom: 0.8, vectorOf: null, limitMs: 20_000, atOnce: 2, ...given }
  if (!(options.share >= 0 && options.share <= 1)) throw wrong('share', 'lies between 0 and 1')
  if (!(options.alikeFrom >= 0 && options.alikeFrom <= 1)) throw wrong('alikeFrom', 'lies between 0 and 1')
  if (typeof options.onLabel !== 'function') throw wrong('onLabel', 'is a function')
  if (!Number.isSafeInteger(options.limitMs) || options.limitMs < 1 || options.limitMs > 25_000)
    throw wrong('limitMs', 'is a whole number from 1 to 25000')
  if (!Number.isSafeInteger(options.atOnce) || options.atOnce < 1 || options.atOnce > 64)
    throw wrong('atOnce', 'is a whole number from 1 to 64')
  let under = 0
  const run: RunLabelling = (call, signals, served, purse, desk) => {
    const step = whoCompares(served, desk)
    if (step === null || under >= options.atOnce || desk.options.random() >= options.share) return served
    const heard = overheard(served.begun)
    if (heard === null) return served
    under++
    const compare = async (): Promise<void> => {
      const ours = await heard.choices
      if (ours === null) return
      const theirs = await secondAnswer(call, served, step, purse, desk, options.limitMs)
      if (theirs === null) return
      const { agreed, score } = agreementOf(ours, theirs, options.alikeFrom, options.vectorOf)
      options.onLabel({ task: signals.task, tier: served.step.tier, agreed, score })
    }
    const done = compare()
      .catch((cause: unknown) =>
        desk.faulted(new NearsideError('internal', 'A label could not be made.', { cause }), call.id),
      )
      .finally(() => {
        under--
      })
    call.waitUntil(done)
    return { ...served, begun: heard.begun }
  }
  return { run }
}

function wrong(name: string, what: string): NearsideError {
  return new NearsideError('bad-options', `labelling.${name} ${what}`, { param: `labelling.${name}` })
}

/** A node of the plan's own, which the text may go to, that costs nothing and is up. */
function whoCompares({ plan, step }: Served, desk: Desk): Step | null {
  if (plan.strategy !== 'direct' || step.tier === 'edge') return null
  const free = (other: Step): boolean =>
    other.tier === 'local' && targetOf(other, desk).price === null && desk.restLeftMs(other.target) === null
  if (step.tier === 'local') return free(step) ? step : null
  return [...plan.steps, ...plan.fallbacks].find(free) ?? null
}

async function secondAnswer(
  call: Call,
  { step: answered }: Served,
  step: Step,
  purse: Purse,
  desk: Desk,
  limitMs: number,
): Promise<readonly Choice[] | null> {
  const { now, random, policy } = desk.options
  const sample = { temperature: policy.consistency.temperature, seed: Math.floor(random() * 0x7fffffff) }
  // The caller's own deadlines end with its answer, and so does the signal that says it has left.
  const alarm = openAlarm(now)
  const alone = { ...call, clientGone: new AbortController().signal }
  const branch = openBranch(
    alone,
    openAlarm(now),
    wholeRequest(call.request, answered === step ? sample : {}),
  )
  alarm.set(now() + limitMs, branch.stop)
  try {
    const checker = answerChecker(call.request, null, null)
    const turn = { step, position: labelPosition, endsAt: now() + limitMs, checker }
    const asked = await askWhole(branch, turn, purse, desk)
    if (asked.near === null) return null
    giveUp(asked.near, desk)
    return asked.near.begun.answer.choices
  } finally {
    alarm.clear()
    branch.call.alarm.clear()
  }
}

/** Behind every step that a plan can have. */
const labelPosition = 1_000
