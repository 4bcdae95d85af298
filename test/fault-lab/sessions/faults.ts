/**
 * The faults of supervised sessions, by name: what each party does at one turn of three, or in the whole session where it is the
 * gateway's own. Nothing here says what is to come of it: that is `rules.ts`.
 */
import type { Fault, FrontierDoes, NodeDoes } from '../faults.ts'
import type { SessionStoreDoes } from '../hybrid.ts'

/** Words that a supervisor finds where everything else about it is sound. */
export type SupervisorSays =
  | 'refuses in words'
  | 'speaks nonsense'
  | 'is cut short'
  | 'says what it was not asked'
  | 'says too much'
  | 'takes over'
  | 'takes over, and fails'
  | 'is never content'

export type SupervisorDoes = FrontierDoes | SupervisorSays

export type ExecutorDoes = Exclude<NodeDoes, 'breaks JSON'>

export type CallerDoes =
  | 'asks'
  | 'asks twice at once'
  | 'asks again'
  | 'asks again with its key'
  | 'leaves at the word'
  | 'leaves at the work'
  | 'makes the ids up'
  | 'is another tenant'
  | 'renames the ids'
  | 'renames the ids, and sends the header'

export type SessionFault = {
  /** The turn at which it strikes. */
  readonly at: 1 | 2 | 3
  /** Where only one of the designs can meet it there. */
  readonly plans: boolean
  readonly executor: ExecutorDoes
  readonly supervisor: SupervisorDoes
  readonly caller: CallerDoes
  readonly sessions: SessionStoreDoes
  /** In which zone sessions are kept, all the time. */
  readonly kept: 'on premises' | 'at a provider'
  /** Whether a minute goes by before the last turn. */
  readonly minuteLater: boolean
  /** All the time. */
  readonly books: Fault['store']
  /** What the account's cap has left: enough, nothing, what one word takes, or nothing of a cap that only tells. */
  readonly budget: 'ample' | 'spent' | 'for one word' | 'soft, and spent'
  /** All the time. */
  readonly broken: Fault['broken']
}

const sound: SessionFault = {
  at: 2,
  plans: false,
  executor: 'answers',
  supervisor: 'answers',
  caller: 'asks',
  sessions: 'answers',
  kept: 'on premises',
  minuteLater: false,
  books: 'answers',
  budget: 'ample',
  broken: 'nothing',
}

type Given = Readonly<Record<string, Partial<SessionFault>>>

const striking: Given = {
  none: {},
  'executor unsure': { executor: 'is unsure' },
  'executor refuses in words': { executor: 'refuses in words' },
  'executor cut short': { executor: 'is cut short' },
  'executor forges headers': { executor: 'forges headers' },
  'executor 503 with its load': { executor: 'is busy, with its load' },
  'executor 429, full': { executor: 'is full' },
  'executor 500': { executor: 'fails' },
  'executor hangs': { executor: 'hangs' },
  'executor dies mid-answer': { executor: 'dies mid-answer' },
  'executor stalls mid-answer': { executor: 'stalls mid-answer' },
  'executor says garbage': { executor: 'says garbage' },
  'executor refuses the connection': { executor: 'is not there' },
  'supervisor slow to begin': { supervisor: 'is slow to begin' },
  'supervisor 500 once': { supervisor: 'fails once' },
  'supervisor 500': { supervisor: 'fails' },
  'supervisor 429, retry-after 30': { supervisor: 'asks for patience' },
  'supervisor hangs': { supervisor: 'hangs' },
  'supervisor refuses the connection': { supervisor: 'is not there' },
  'supervisor resets': { supervisor: 'resets' },
  'supervisor cut mid-word': { supervisor: 'cuts mid-answer' },
  'supervisor stalls mid-word': { supervisor: 'stalls mid-answer' },
  'supervisor says garbage': { supervisor: 'says garbage' },
  'supervisor shows a page': { supervisor: 'shows a page' },
  'supervisor refuses in words': { supervisor: 'refuses in words' },
  'supervisor speaks nonsense': { supervisor: 'speaks nonsense' },
  'supervisor cut short': { supervisor: 'is cut short' },
  'supervisor says what it was not asked': { supervisor: 'says what it was not asked' },
  'supervisor says too much': { supervisor: 'says too much' },
  'supervisor takes over': { supervisor: 'takes over' },
  'supervisor takes over, and fails': { supervisor: 'takes over, and fails' },
  'both 500': { executor: 'fails', supervisor: 'fails' },
  'executor 500, supervisor hangs': { executor: 'fails', supervisor: 'hangs' },
  'budget spent': { budget: 'spent' },
  'budget spent, executor 500': { budget: 'spent', executor: 'fails' },
  'budget for one word': { budget: 'for one word' },
  'soft cap passed': { budget: 'soft, and spent' },
  'budget store refused': { books: 'is refused' },
  'budget store hangs': { books: 'hangs' },
  'budget store refused, executor 500': { books: 'is refused', executor: 'fails' },
  'session store slow': { sessions: 'is slow' },
  'session store refused': { sessions: 'is refused' },
  'session store hangs': { sessions: 'hangs' },
  'session store full': { sessions: 'is full' },
  'session store has forgotten': { sessions: 'has forgotten' },
  'session store gives what it never kept': { sessions: 'gives what it never kept' },
  'process dies between word and store': { sessions: 'is lost after the claim' },
  'the same, and a minute goes by': { sessions: 'is lost after the claim', minuteLater: true },
  'sessions kept at a provider': { kept: 'at a provider' },
  'caller leaves at the word': { caller: 'leaves at the word' },
  'caller leaves at the work': { caller: 'leaves at the work' },
  'caller asks twice at once': { caller: 'asks twice at once' },
  'caller asks again': { caller: 'asks again' },
  'caller asks again with its key': { caller: 'asks again with its key' },
  'caller makes the ids up': { caller: 'makes the ids up' },
  'caller is another tenant': { caller: 'is another tenant' },
  'caller renames the ids': { caller: 'renames the ids' },
  'caller renames the ids, and sends the header': { caller: 'renames the ids, and sends the header' },
  'classifier throws': { broken: 'classifier' },
  'detector throws': { broken: 'detector' },
}

/** Where a plan is written, and where an end is claimed: of one design alone. */
const ofPlans: Given = {
  'no plan: supervisor 500': { at: 1, supervisor: 'fails' },
  'no plan: supervisor hangs': { at: 1, supervisor: 'hangs' },
  'no plan: supervisor speaks nonsense': { at: 1, supervisor: 'speaks nonsense' },
  'no plan: supervisor takes over unasked': { at: 1, supervisor: 'takes over' },
  'executor 500 behind the plan': { at: 1, executor: 'fails' },
  'process dies between plan and store': { at: 1, sessions: 'is lost after the claim' },
  'plan lost so, and a minute goes by': { at: 1, sessions: 'is lost after the claim', minuteLater: true },
  'end: supervisor 500': { at: 3, supervisor: 'fails' },
  'end: supervisor hangs': { at: 3, supervisor: 'hangs' },
  'end: supervisor speaks nonsense': { at: 3, supervisor: 'speaks nonsense' },
  'end: supervisor is never content': { at: 3, supervisor: 'is never content' },
  'end: executor 500': { at: 3, executor: 'fails' },
  'end: caller asks again': { at: 3, caller: 'asks again' },
}

export const sessionFaults: Readonly<Record<string, SessionFault>> = Object.fromEntries([
  ...Object.entries(striking).map(([name, fault]) => [name, { ...sound, ...fault }] as const),
  ...Object.entries(ofPlans).map(([name, fault]) => [name, { ...sound, plans: true, ...fault }] as const),
])
