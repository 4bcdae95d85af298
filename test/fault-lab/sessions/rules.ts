/**
 * What is to come of a supervised session under a fault: the rules that its rows are made by, without the code that they hold to
 * account.
 *
 * The session has three turns: the executor looks into two drawers and says where the key is. The supervisor may speak before
 * each turn but the first of a session without a plan, and where a plan is there again before an end is served. Whatever
 * keeps it from speaking is told and costs the caller no answer. A turn that brought none is asked once more, when all is well.
 * What nobody could keep of a turn never was: the next one is counted as if it had not been.
 */
import { type Closing, failed, type Tier } from '../rules.ts'
import type { SessionFault } from './faults.ts'
import type { SessionCase } from './rows.ts'
import { placeTurn, type Spent, wordOf, wordTurn, workTurn } from './turns.ts'

export type Told = {
  /** Null where nobody is there to be told. */
  readonly status: number | null
  readonly code: string | null
  readonly retryAfterSeconds: number | null
  readonly tier: Tier | null
  readonly reason: 'supervised' | 'taken-over' | null
  readonly degraded: string | null
  readonly supervision: string | null
  /** It is the answer of before. */
  readonly replayed: boolean
}

export type ExpectedAsk = { readonly turn: 1 | 2 | 3; readonly told: Told }

export type ExpectedSession = {
  readonly asks: readonly ExpectedAsk[]
  /** How many requests each of them saw: the supervisor for words, and in the executor's place. */
  readonly asked: { readonly executor: number; readonly words: number; readonly turns: number }
  readonly closings: readonly Closing[]
}

/** What is kept of a session between two turns; `name` is the turn that it was kept at. */
type Kept = { turn: number; name: number; spokeAt: number; plan: boolean; claimed: boolean }

type Asked = {
  readonly told: Told
  /** Null where the answer says nothing of one. */
  readonly session: Kept | null
  /** Whether anybody was asked for a word. */
  readonly heard: boolean
  /** The loop is over: no tool was called. */
  readonly ends: boolean
}

const nothingKept = (): Kept => ({ turn: 0, name: 0, spokeAt: 0, plan: false, claimed: false })

/** What somebody is told who is not there. */
export const nobody: Told = {
  status: null,
  code: null,
  retryAfterSeconds: null,
  tier: null,
  reason: null,
  degraded: null,
  supervision: null,
  replayed: false,
}

export function expectedSession(row: SessionCase): ExpectedSession {
  return new Story(row).tell()
}

class Story {
  readonly #row: SessionCase
  readonly #plans: boolean
  readonly #mayBeSeen: boolean
  readonly #mayKeep: boolean
  readonly #asked = { executor: 0, words: 0, turns: 0 }
  readonly #closings: Closing[] = []
  /** The sessions that the ids of the calls so far name, and the last one that a header named. */
  readonly #ids: (Kept | null)[] = []
  #header: Kept | null = null
  #paid = 0

  constructor(row: SessionCase) {
    const { does, privacy, design } = row
    this.#row = row
    this.#plans = design === 'plan-execute-verify-replan'
    // What could not be looked through counts as what may not leave.
    const stays = privacy === 'never-leave' || does.broken === 'detector'
    const onPremises = privacy === 'never-leave, supervisor on premises'
    this.#mayBeSeen = onPremises || !stays
    const mayLeave = !stays && !onPremises && privacy !== 'contractual'
    this.#mayKeep = does.kept === 'on premises' || mayLeave
  }

  tell(): ExpectedSession {
    const { does } = this.#row
    const well = { executor: 'answers', supervisor: 'answers', caller: 'asks', sessions: 'answers' } as const
    const calm: SessionFault = { ...does, ...well, ...absent(does) }
    const asks: ExpectedAsk[] = []
    for (const turn of [1, 2, 3] as const) {
      const its = turn === does.at ? does : calm
      let now = this.#ask(turn, its)
      asks.push({ turn, told: now.told })
      if (its.caller === 'asks twice at once') {
        this.#asked.executor++
        asks.push({ turn, told: now.heard ? busy(now.told) : now.told })
      }
      if (its.caller === 'asks again with its key') asks.push({ turn, told: { ...now.told, replayed: true } })
      if (now.told.status !== 200 || its.caller === 'asks again') {
        now = this.#ask(turn, calm)
        asks.push({ turn, told: now.told })
      }
      this.#ids.push(does.caller.startsWith('renames') ? null : now.session)
      this.#header = now.session ?? this.#header
      if (now.ends || now.told.status !== 200) break
    }
    return { asks, asked: this.#asked, closings: this.#closings }
  }

  #ask(turn: 1 | 2 | 3, its: SessionFault): Asked {
    const opened = this.#open(turn, its)
    const { session, isNew } = opened
    let { why, now } = opened
    const causes: string[] = []
    const said: string[] = []
    let left = false
    const keep = (): void => {
      if (session !== null && its.sessions !== 'is full') Object.assign(session, now)
    }

    const hear = (cause: string): string | null => {
      causes.push(cause)
      if (why !== null || session === null) return null
      keep()
      why = !this.#mayBeSeen ? 'privacy' : its.sessions === 'is full' ? 'store' : null
      if (why !== null) return null
      const word = wordTurn(its, this.#paid)
      this.#add('words', word)
      left = its.caller === 'leaves at the word'
      const isLost = its.sessions === 'is lost after the claim'
      session.claimed = isLost
      why = word.why
      if (left || why !== null) return null
      this.#paid++
      const verdict = wordOf(its, this.#plans, cause)
      said.push(verdict)
      now = { ...now, spokeAt: now.turn, plan: now.plan || verdict === 'plan' }
      if (!isLost) keep()
      return verdict
    }

    const answer = (tier: Tier, reason: Told['reason'], degraded: string | null, ends: boolean): Asked => {
      const supervision = [
        why !== null ? 'unsupervised' : said.length === 0 ? 'silent' : said.join('+'),
        ...(why === null ? [] : [`why=${why}`]),
        ...(causes.length === 0 ? [] : [`cause=${causes.join('+')}`]),
        ...(session === null ? [] : [`turn=${now.turn}`, `session=${isNew ? 'new' : 'continued'}`]),
      ].join('; ')
      const worse = degraded ?? (why !== null && causes.length > 0 ? 'unsupervised' : null)
      const told = { ...nobody, status: 200, tier, reason, degraded: worse, supervision }
      return { told, session, heard: said.length > 0, ends }
    }
    const unanswered = (told: Told): Asked => ({ told, session: null, heard: false, ends: false })

    const cause = this.#causeBefore(now)
    let word = cause === null ? null : hear(cause)
    if (left) return unanswered(nobody)
    if (cause === null && why === null && now.turn !== session?.turn) {
      if (its.sessions === 'is full') why = 'store'
      keep()
    }
    if (word === 'take-over') {
      const overtaken = placeTurn(its, this.#paid)
      this.#add('turns', overtaken)
      if (overtaken.end === 'serves') return answer('frontier', 'taken-over', null, turn === 3)
    }
    for (let anew = 0; ; anew++) {
      const near = { ...workTurn(its, this.#mayBeSeen), tier: 'local' as const }
      this.#add('executor', near)
      if (its.caller === 'leaves at the work') return unanswered(nobody)
      // Nobody is asked when the time is over, and nobody else but on the premises of what stays there. An answer that is
      // seen to stop half-way has used up its pause, and leaves the rest.
      const isLate = near.end === 'is silent' && its.executor !== 'stalls mid-answer'
      const isOver = near.end === 'serves' || isLate || !this.#mayBeSeen
      const far = isOver ? null : { ...placeTurn(its, this.#paid), tier: 'frontier' as const }
      if (far !== null) this.#add('turns', far)
      const { end, tier } = far ?? near
      if (end !== 'serves') {
        const { status, code, retryAfterSeconds } = failed(
          far === null ? [near] : [near, far],
          this.#mayBeSeen,
        )
        return unanswered({ ...nobody, status, code, retryAfterSeconds })
      }
      // Neither calls a tool, and both are plainly no answer.
      const fails = its.executor === 'refuses in words' || its.executor === 'is cut short'
      const isUnsure = tier === 'local' && (fails || its.executor === 'is unsure')
      const ends = turn === 3 || (tier === 'local' && fails)
      const degraded = tier === 'local' ? null : 'local-down'
      const after = this.#plans ? (ends ? 'claims-done' : null) : isUnsure ? 'unsure' : null
      if (after !== null && anew === 2) return answer(tier, 'supervised', degraded ?? 'unverified', ends)
      word = after === null ? null : hear(after)
      if (word !== 'advice' && word !== 'replan') return answer(tier, 'supervised', degraded, ends)
    }
  }

  /** The session as it is found, with this turn begun in it; or why nobody will look on. */
  #open(turn: number, its: SessionFault) {
    const { does } = this.#row
    const fails = its.sessions === 'is refused' || its.sessions === 'hangs'
    if (!this.#mayKeep || fails)
      return {
        why: this.#mayKeep ? 'store' : 'privacy',
        session: null,
        isNew: true,
        now: { ...nothingKept(), turn: 1 },
      }
    const stranger = its.caller === 'makes the ids up' || its.caller === 'is another tenant'
    const byHeader = does.caller === 'renames the ids, and sends the header'
    const named = byHeader ? this.#header : (this.#ids.findLast((each) => each !== null) ?? null)
    const session = (stranger ? null : named) ?? nothingKept()
    if (its.sessions === 'has forgotten' || its.sessions === 'gives what it never kept')
      Object.assign(session, nothingKept())
    if (does.minuteLater && turn === 3) session.claimed = false
    const isNew = session.turn === 0
    if (session.claimed) return { why: 'busy', session, isNew, now: { ...session } }
    const begun = { ...session, turn: session.turn + 1, name: turn }
    return { why: null, session, isNew, now: session.name === turn ? { ...session } : begun }
  }

  #causeBefore({ turn, spokeAt, plan }: Kept): string | null {
    if (spokeAt === turn) return null
    if (this.#plans && !plan) return 'no-plan'
    return turn > 1 ? 'every-turns' : null
  }

  #add(who: 'executor' | 'words' | 'turns', { asked, closings }: Spent): void {
    this.#asked[who] += asked
    this.#closings.push(...closings)
  }
}

/** Who is not there is not there all the time. */
function absent({ executor, supervisor }: SessionFault): Partial<SessionFault> {
  return {
    ...(executor === 'is not there' ? { executor } : {}),
    ...(supervisor === 'is not there' ? { supervisor } : {}),
  }
}

/** What the second of two is told, who finds the turn claimed. */
function busy(told: Told): Told {
  const supervision = told.supervision?.replace(/^[^;]+/, 'unsupervised; why=busy') ?? null
  return { ...told, degraded: 'unsupervised', supervision }
}
