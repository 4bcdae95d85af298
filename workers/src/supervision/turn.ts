/**
 * One turn of a session: its state as it goes, and the supervisor's words in it.
 *
 * Before the supervisor is asked the turn is claimed in the store, so that of two requests for the same session one asks and
 * is charged; the other goes on without. What was said is saved when it was heard. A process that dies in between leaves a
 * claim that lapses and a state that is whole. No trouble here ends a request: the executor goes on, and the answer says that
 * nobody looked on, and why.
 */
import {
  beginTurn,
  type Cause,
  type Choice,
  causeAfter,
  causeBefore,
  faultOf,
  hear,
  isClaimed,
  mayGo,
  missed,
  openState,
  type PrivacyLevel,
  promptTokens,
  questionOf,
  readChatRequest,
  readWord,
  type Step,
  type SupervisedStrategy,
  type SupervisionState,
  type SupervisorWord,
  spent,
  strictest,
  troubleIn,
} from '@nearside/core'
import { redactionFor } from '../gate/outgoing.ts'
import type { StepRecord } from '../record/record.ts'
import type { WholeAsked } from '../run/ask-whole.ts'
import { giveUp, missedRecord, stepRecordOf } from '../run/near-answer.ts'
import { targetOf } from '../run/target-of.ts'
import { type Asking, askOn, callWith } from './ask.ts'
import { type Keeping, openSession, type Session } from './session.ts'
import type { Supervision } from './supervision-options.ts'

/** Why nobody looked on. */
export type Unsupervised =
  | 'privacy'
  | 'store'
  | 'busy'
  | 'no-supervisor'
  | 'denied'
  | 'failed'
  | 'late'
  | 'spent'

export type Turn = {
  readonly session: Session | null
  readonly state: SupervisionState
  /** The level that all of the turn's requests are held to. */
  readonly level: PrivacyLevel
  readonly causes: readonly Cause[]
  readonly said: readonly (SupervisorWord['verdict'] | 'unread')[]
  readonly unsupervised: Unsupervised | null
  /** All that was asked in this turn, in turn. */
  readonly records: StepRecord[]
  /** Null where the executor goes on alone. */
  before(): Promise<SupervisorWord | null>
  /** What the supervisor says of an answer that nobody has seen; null where the answer stands. */
  after(answer: Choice, confidence: number | null): Promise<SupervisorWord | null>
  /** Whether the supervisor would look at this answer before it is served. */
  wouldLookAt(answer: Choice, confidence: number | null): boolean
}

export type TurnTerms = {
  readonly strategy: SupervisedStrategy
  readonly supervisor: Step | null
  readonly terms: Supervision
  readonly keeping: Keeping
}

export async function openTurn(asking: Asking, given: TurnTerms): Promise<Turn> {
  const { call } = asking
  const { strategy, terms, keeping } = given
  const { privacy } = call.wishes
  const tasks = call.request.messages.filter(({ role }) => role === 'user').length
  const alone = (why: Unsupervised): Turn =>
    new RunningTurn(asking, given, null, beginTurn(openState(strategy), '-', privacy.level, tasks), why)
  if (!mayGo(privacy, terms.zone)) return alone('privacy')
  let session: Session
  try {
    session = await openSession(call, strategy, keeping)
  } catch {
    return alone('store')
  }
  const { now } = asking.desk.options
  if (isClaimed(session.state, call.id, now()))
    return new RunningTurn(asking, given, session, session.state, 'busy')
  const begun = beginTurn(session.state, session.turnName, privacy.level, tasks)
  return new RunningTurn(asking, given, session, begun, null)
}

class RunningTurn implements Turn {
  readonly session: Session | null
  readonly level: PrivacyLevel
  readonly causes: Cause[] = []
  readonly said: (SupervisorWord['verdict'] | 'unread')[] = []
  readonly records: StepRecord[] = []
  state: SupervisionState
  unsupervised: Unsupervised | null
  readonly #asking: Asking
  readonly #given: TurnTerms
  readonly #tokens: number

  constructor(
    asking: Asking,
    given: TurnTerms,
    session: Session | null,
    state: SupervisionState,
    unsupervised: Unsupervised | null,
  ) {
    this.#asking = asking
    this.#given = given
    this.session = session
    this.state = state
    this.unsupervised = unsupervised
    this.#tokens = promptTokens(asking.call.request)
    const { level } = asking.call.wishes.privacy
    this.level = strictest(state.level, level)
  }

  async before(): Promise<SupervisorWord | null> {
    const { messages } = this.#asking.call.request
    const cause = causeBefore(this.state, troubleIn(messages), this.#tokens, this.#given.terms)
    if (cause !== null) return this.#ask(cause, null)
    // A repeat of the same turn changes nothing.
    if (!this.#isDeaf() && this.state !== this.session?.state) await this.#save(this.state)
    return null
  }

  async after(answer: Choice, confidence: number | null): Promise<SupervisorWord | null> {
    const cause = this.#causeAfter(answer, confidence)
    return cause === null ? null : this.#ask(cause, answer)
  }

  wouldLookAt(answer: Choice, confidence: number | null): boolean {
    return this.#causeAfter(answer, confidence) !== null
  }

  #causeAfter({ toolCalls }: Choice, confidence: number | null): Cause | null {
    return causeAfter(this.state, { confidence, ends: toolCalls.length === 0 }, this.#given.terms)
  }

  /** Whoever was kept from one word is not asked for the next: the reason holds for this turn. */
  #isDeaf(): boolean {
    if (this.unsupervised === null && spent(this.state, this.#given.terms)) this.unsupervised = 'spent'
    return this.session === null || this.unsupervised !== null
  }

  async #ask(cause: Cause, answer: Choice | null): Promise<SupervisorWord | null> {
    this.causes.push(cause)
    if (this.#isDeaf()) return null
    const { supervisor, terms } = this.#given
    const { call, desk } = this.#asking
    const { now } = desk.options
    if (supervisor === null) return this.#without(this.#mayBeSeen() ? 'no-supervisor' : 'privacy')

    const { request } = call
    const { state } = this
    const question = questionOf({ request, state, cause, answer, mayTakeOver: terms.mayTakeOver })
    const asked = readChatRequest({
      model: supervisor.model,
      messages: question.messages,
      max_completion_tokens: terms.wordTokens,
      response_format: { type: 'json_object' },
    })
    const theirs = callWith(call, asked, this.level, desk)
    const { zone } = targetOf(supervisor, desk)
    const { privacy } = theirs.wishes
    const bare =
      privacy.level === 'sensitive' && zone.startsWith('provider:') && redactionFor(theirs, zone) === null
    if (!mayGo(privacy, zone) || bare || theirs.inspection?.refused === true) return this.#without('privacy')

    const claim = { owner: call.id, endsAt: now() + terms.timeoutMs + claimSlackMs }
    if (!(await this.#save({ ...state, claim }))) return null

    const position = firstPosition + this.records.length
    const begunAt = now()
    const heard = await askOn(
      theirs,
      supervisor,
      { position, task: null, limitMs: terms.timeoutMs },
      this.#asking,
    )
      // The request itself may be over; whatever else went wrong is no reason to end it.
      .catch((error: unknown) => {
        if (call.clientGone.aborted) {
          // Whoever left may be back at once, and finds nobody asking.
          call.waitUntil(this.#note(missed(this.state)))
          throw error
        }
        const record = missedRecord(supervisor, 'failed', now() - begunAt)
        return { near: null, missed: record, error: faultOf(error) } as const
      })
    if (heard.near === null) {
      this.records.push(heard.missed)
      await this.#note(missed(this.state))
      this.unsupervised = whyMissed(heard)
      return null
    }
    giveUp(heard.near, desk)
    const [choice] = heard.near.begun.answer.choices
    const word = readWord(choice?.text ?? '', question.allowed)
    const said = word?.verdict ?? 'unread'
    this.said.push(said)
    this.records.push({ ...stepRecordOf(heard.near, 'spoke'), confidence: null, faults: [], said })
    await this.#note(hear(this.state, word, { messages: request.messages.length, tokens: this.#tokens }))
    return word
  }

  /** The turn is kept all the same: the next one is not the first again. */
  async #without(why: Unsupervised): Promise<null> {
    await this.#save(this.state)
    this.unsupervised = why
    return null
  }

  /** Whether there is a frontier that the text may go to, be it resting. */
  #mayBeSeen(): boolean {
    const { call, desk } = this.#asking
    return desk.options.targets.some(
      ({ tier, zone, byNameOnly }) => tier === 'frontier' && !byNameOnly && mayGo(call.wishes.privacy, zone),
    )
  }

  /** It holds for this turn, whether or not the store takes it for the next. */
  async #note(state: SupervisionState): Promise<void> {
    this.state = state
    await this.session?.save(state).catch(() => false)
  }

  /** A store that fails here keeps nothing of the turn, which goes on; one that was changed meanwhile belongs to another request. */
  async #save(state: SupervisionState): Promise<boolean> {
    try {
      if ((await this.session?.save(state)) === true) {
        this.state = state
        return true
      }
      this.unsupervised = 'busy'
    } catch {
      this.unsupervised = 'store'
    }
    return false
  }
}

/** Behind every step that a plan can have, and before those of labels. */
const firstPosition = 500
/** How much longer a claim holds than the supervisor may take: the time to save what it said. */
const claimSlackMs = 5_000

function whyMissed({ missed: { outcome }, error }: Pick<Missed, 'missed' | 'error'>): Unsupervised {
  if (error?.code === 'store-failed') return 'store'
  return outcome === 'too-slow' ? 'late' : outcome === 'denied' ? 'denied' : 'failed'
}

type Missed = WholeAsked & { readonly near: null }
