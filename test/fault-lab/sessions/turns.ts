/** What comes of asking one party of a session once: a word, a turn of the executor's, or one in its place. */
import type { FrontierDoes } from '../faults.ts'
import { type Closing, frontierTurn, nodeTurn, plain, type Turn } from '../rules.ts'
import type { SessionFault, SupervisorSays } from './faults.ts'

export type Spent = Pick<Turn, 'asked' | 'closings'>

/** `why` it brought nothing, in the word of the header. */
export type WordTurn = Spent & { readonly why: string | null }

/** What it says where all else about it is sound. */
const says: { readonly [says in SupervisorSays]: string | null } = {
  'refuses in words': 'unread',
  'speaks nonsense': 'unread',
  'is cut short': 'unread',
  'says what it was not asked': 'unread',
  'says too much': 'unread',
  'takes over': 'take-over',
  'takes over, and fails': 'take-over',
  'is never content': 'replan',
}

/** `paid` is how many words there were. */
export function wordTurn(its: SessionFault, paid: number): WordTurn {
  if (its.caller === 'leaves at the word' && isPaid(its, paid))
    return { asked: 1, closings: ['held'], why: null }
  const { end, asked, closings } = frontierTurn(faultOf(its, paid, doesOf(its)), false)
  const why =
    end === 'serves'
      ? null
      : end === 'denied'
        ? 'denied'
        : end === 'store down'
          ? 'store'
          : end === 'is silent'
            ? 'late'
            : 'failed'
  return { asked, closings, why }
}

export function placeTurn(its: SessionFault, paid: number): Turn {
  const does = its.supervisor === 'takes over, and fails' ? 'fails' : doesOf(its)
  // What fails once has failed at the word.
  return frontierTurn(faultOf(its, paid, does === 'fails once' ? 'answers' : does), false)
}

export function workTurn(its: SessionFault, othersLeft: boolean): Turn {
  if (its.caller === 'leaves at the work')
    return { end: 'is silent', asked: 1, closings: [] as readonly Closing[] }
  return nodeTurn({ ...plain, node: its.executor }, false, !othersLeft)
}

/** What the supervisor says that is asked for this cause. */
export function wordOf({ supervisor, executor }: SessionFault, plans: boolean, cause: string): string {
  const own = supervisor in says ? says[supervisor as SupervisorSays] : null
  // Where there is no plan yet nothing else may be said.
  if (own !== null) return cause === 'no-plan' ? 'unread' : own
  if (!plans) return 'advice'
  // A refusal is no end, nor is half a sentence.
  const isNone = executor === 'refuses in words' || executor === 'is cut short'
  if (cause === 'claims-done' && isNone) return 'replan'
  return cause === 'no-plan' ? 'plan' : cause === 'claims-done' ? 'accept' : 'fine'
}

function doesOf({ supervisor }: SessionFault): FrontierDoes {
  return supervisor in says ? 'answers' : (supervisor as FrontierDoes)
}

function faultOf(its: SessionFault, paid: number, frontier: FrontierDoes) {
  return { ...plain, frontier, store: its.books, budget: isPaid(its, paid) ? 'ample' : 'spent' } as const
}

function isPaid({ budget }: SessionFault, paid: number): boolean {
  return budget === 'ample' || budget === 'soft, and spent' || (budget === 'for one word' && paid === 0)
}
