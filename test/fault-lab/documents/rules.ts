/**
 * What is to come of a long document under a fault: the rules that its rows are made by, without the code that they hold to account.
 *
 * A supervisor who may see it asks about three pieces of twelve; without one, or without its questions, the task is put to all. Whoever
 * answers for a piece is enough; who does not is left, and said. The supervisor sums up, and where it fails a node does, if there
 * is time. Where not one piece was answered the document goes whole to whoever may stand in. A cap that is spent and a
 * store that is away are told at once.
 */
import { type Closing, failed, frontierTurn, plain, type Tier, type Turn } from '../rules.ts'
import type { AnswerSays, DocumentFault, PlanSays } from './faults.ts'
import type { DocumentCase } from './rows.ts'

export type DocumentTold = {
  /** Null where nobody is there to be told. */
  readonly status: number | null
  readonly code: string | null
  readonly retryAfterSeconds: number | null
  readonly tier: Tier | null
  readonly strategy: 'map-reduce' | 'direct' | null
  readonly degraded: string | null
  /** The numbers of the header; null where nothing was read in pieces. */
  readonly pieces: string | null
  readonly ending: 'complete' | 'cut' | 'left'
}

export type ExpectedDocument = {
  readonly told: DocumentTold
  /** How many requests the frontier saw of each kind, and how often nodes that are sound were asked. */
  readonly asked: {
    readonly plans: number
    readonly answers: number
    readonly wholes: number
    readonly pieces: number
    readonly sums: number
  }
  readonly closings: readonly Closing[]
}

const all = 12

export function expectedDocument(row: DocumentCase): ExpectedDocument {
  const { does, privacy, stream } = row
  const onPremises = privacy === 'never-leave, supervisor on premises'
  // What could not be looked through counts as what may not leave.
  const mayBeSeen = onPremises || (privacy !== 'never-leave' && does.broken !== 'detector')
  const asked = { plans: 0, answers: 0, wholes: 0, pieces: 0, sums: 0 }
  const closings: Closing[] = []
  const spend = (who: 'plans' | 'answers' | 'wholes', turn: Turn): Turn => {
    asked[who] += turn.asked
    closings.push(...turn.closings)
    return turn
  }
  const over = (told: Partial<DocumentTold>): ExpectedDocument => ({
    told: { ...untold, ...told },
    asked,
    closings,
  })
  const refused = (turn: Turn, several = true): ExpectedDocument => {
    const { status, code, retryAfterSeconds } = failed([{ ...turn, tier: 'frontier' }], several)
    return over({ status, code, retryAfterSeconds })
  }

  let errands = all
  let denied = false
  if (mayBeSeen) {
    const plan = spend('plans', frontierTurn(faultOf(does, doesOf(does.plan), 0), false))
    if (plan.end === 'store down') return refused(plan)
    denied = plan.end === 'denied'
    if (denied && does.policy !== 'nearer when spent') return refused(plan)
    if (plan.end === 'serves') errands = errandsOf(does.plan)
  }

  const read = readingOf(does, errands)
  asked.pieces += read.answered + read.declined
  if (does.caller === 'leaves while it is read') return over({ ending: 'left' })
  if (read.answered === 0) {
    if (!mayBeSeen || does.policy === 'refuses when local is down') return refused(nobodyLeft)
    const whole = spend('wholes', frontierTurn(faultOf(does, doesOf(does.answer), 1), stream))
    if (whole.end !== 'serves') return refused(whole)
    return over({ status: 200, tier: 'frontier', strategy: 'direct', degraded: 'local-down' })
  }

  const served = (tier: Tier, degraded: string | null, ending: DocumentTold['ending'] = 'complete') => {
    const { found, none, unanswered } = read
    const counts = `found=${found};none=${none};unanswered=${unanswered};left=0`
    const pieces = `pieces=${all};asked=${errands};${counts}`
    const worse = degraded ?? (unanswered > 0 ? 'partly-read' : null)
    return over({ status: 200, tier, strategy: 'map-reduce', degraded: worse, pieces, ending })
  }
  const byNode = (degraded: string | null): ExpectedDocument => {
    if (does.atSum) return refused(nobodyLeft)
    asked.sums++
    return served('local', degraded)
  }

  if (!mayBeSeen) return byNode(null)
  if (denied) return byNode('budget-spent')
  const answer = does.answer
  if (
    answer === 'asks once more' ||
    answer === 'asks for ever' ||
    answer === 'asks once more, in broken words'
  ) {
    // A wish for more that cannot be read is none, and nobody is asked a third time.
    spend('answers', serves)
    if (answer !== 'asks once more, in broken words') {
      errands++
      read.found++
      asked.pieces++
    }
    spend('answers', serves)
    return answer === 'asks for ever' ? byNode('frontier-down') : served('frontier', null)
  }
  const turn = spend('answers', frontierTurn(faultOf(does, doesOf(answer), 1), stream))
  if (does.caller === 'leaves at the answer')
    return stream ? served('frontier', null, 'left') : over({ ending: 'left' })
  if (turn.end === 'serves') return served('frontier', null)
  if (turn.end === 'breaks') return served('frontier', null, 'cut')
  // Who was waited for in vain for a whole answer has used up all the time.
  if (turn.end === 'is silent' && !stream) return refused(turn)
  if (turn.end === 'denied' && does.policy !== 'nearer when spent') return refused(turn)
  if (does.policy === 'refuses when the frontier is down') return refused(turn, false)
  return byNode(turn.end === 'denied' ? 'budget-spent' : 'frontier-down')
}

const untold: DocumentTold = {
  status: null,
  code: null,
  retryAfterSeconds: null,
  tier: null,
  strategy: null,
  degraded: null,
  pieces: null,
  ending: 'complete',
}
const serves: Turn = { end: 'serves', asked: 1, closings: ['usage'] }
const nobodyLeft: Turn = { end: 'fails', asked: 0, closings: [] }

/** Of four calls at a time the first and the fourth are the first node's; where one has all of it, the others have the rest. */
function readingOf({ who, node, atSum }: DocumentFault, errands: number) {
  const fine = { answered: errands, found: errands === 24 ? 8 : 1, none: 0, unanswered: 0, declined: 0 }
  const lost = (count: number) => ({ ...fine, answered: errands - count, unanswered: count })
  const isFourth = who === 'the fourth piece'
  const read = atSum
    ? fine
    : node === 'finds nothing'
      ? { ...fine, found: 0 }
      : node === 'answers' || node === 'forges headers'
        ? fine
        : isFourth && node === 'refuses in words'
          ? // All nodes have one model, and it is asked once.
            { ...lost(1), declined: 1 }
          : isFourth
            ? lost(1)
            : who === 'all nodes'
              ? { ...lost(errands), found: 0 }
              : node === 'hangs'
                ? lost(errands === all ? 2 : 1)
                : fine
  return { ...read, none: read.answered - read.found }
}

/** How many questions come to be put to pieces. */
function errandsOf(plan: DocumentFault['plan']): number {
  if (plan === 'asks too much') return 24
  return plan in saidPlans ? all : 3
}

const saidPlans: Readonly<Record<PlanSays, true>> = {
  'refuses in words': true,
  'speaks nonsense': true,
  'is cut short': true,
  'asks nothing': true,
  'asks for pieces that are not there': true,
  'asks too much': true,
}

const saidAnswers: Readonly<Record<AnswerSays, true>> = {
  'asks once more': true,
  'asks for ever': true,
  'asks once more, in broken words': true,
}

function doesOf(said: DocumentFault['plan'] | DocumentFault['answer']) {
  return said in saidPlans || said in saidAnswers ? 'answers' : (said as 'answers')
}

function faultOf({ books, budget }: DocumentFault, frontier: ReturnType<typeof doesOf>, paid: number) {
  const isPaid =
    budget === 'ample' || budget === 'soft, and spent' || (budget === 'for the plan' && paid === 0)
  return { ...plain, frontier, store: books, budget: isPaid ? 'ample' : 'spent' } as const
}
