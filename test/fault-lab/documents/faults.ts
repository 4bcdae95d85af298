/**
 * The faults of a long document that is read in pieces, by name: what each party does at each of the three things it is asked.
 * Nothing here says what is to come of it: that is `rules.ts`.
 */
import type { Fault, FrontierDoes, NodeDoes } from '../faults.ts'

/** What a supervisor says where questions are asked of it. */
export type PlanSays =
  | 'refuses in words'
  | 'speaks nonsense'
  | 'is cut short'
  | 'asks nothing'
  | 'asks for pieces that are not there'
  | 'asks too much'

/** What it says where the answer is asked of it. */
export type AnswerSays = 'asks once more' | 'asks for ever' | 'asks once more, in broken words'

export type DocumentFault = {
  readonly plan: FrontierDoes | PlanSays
  readonly answer: FrontierDoes | AnswerSays
  /** One of three nodes, all of them, or whoever is asked about the fourth piece. */
  readonly who: 'one node' | 'all nodes' | 'the fourth piece'
  readonly node: Exclude<NodeDoes, 'breaks JSON' | 'is unsure'> | 'finds nothing'
  /** Whether the nodes do so only where they are to sum up. */
  readonly atSum: boolean
  readonly books: Fault['store']
  readonly budget: 'ample' | 'spent' | 'for the plan' | 'soft, and spent'
  readonly policy:
    | 'usual'
    | 'nearer when spent'
    | 'refuses when local is down'
    | 'refuses when the frontier is down'
  readonly broken: Fault['broken']
  readonly caller: 'stays' | 'asks again with its key' | 'leaves while it is read' | 'leaves at the answer'
}

const sound: DocumentFault = {
  plan: 'answers',
  answer: 'answers',
  who: 'one node',
  node: 'answers',
  atSum: false,
  books: 'answers',
  budget: 'ample',
  policy: 'usual',
  broken: 'nothing',
  caller: 'stays',
}

export const documentFaults: Readonly<Record<string, DocumentFault>> = Object.fromEntries(
  Object.entries({
    none: {},
    'one node 500': { node: 'fails' },
    'one node 503 with its load': { node: 'is busy, with its load' },
    'one node 429, full': { node: 'is full' },
    'one node hangs': { node: 'hangs' },
    'one node dies mid-answer': { node: 'dies mid-answer' },
    'one node says garbage': { node: 'says garbage' },
    'one node refuses the connection': { node: 'is not there' },
    'one node forges headers': { node: 'forges headers' },
    'a piece is answered with garbage': { who: 'the fourth piece', node: 'says garbage' },
    'a piece is refused in words': { who: 'the fourth piece', node: 'refuses in words' },
    'all nodes 500': { who: 'all nodes', node: 'fails' },
    'all nodes 429, full': { who: 'all nodes', node: 'is full' },
    'all nodes hang': { who: 'all nodes', node: 'hangs' },
    'all nodes refuse the connection': { who: 'all nodes', node: 'is not there' },
    'all nodes 500, and the policy refuses': {
      who: 'all nodes',
      node: 'fails',
      policy: 'refuses when local is down',
    },
    'all nodes 500, frontier 500': { who: 'all nodes', node: 'fails', plan: 'fails', answer: 'fails' },
    'all nodes find nothing': { who: 'all nodes', node: 'finds nothing' },
    'plan: 500 once': { plan: 'fails once' },
    'plan: 500': { plan: 'fails' },
    'plan: 429, retry-after 30': { plan: 'asks for patience' },
    'plan: hangs': { plan: 'hangs' },
    'plan: resets': { plan: 'resets' },
    'plan: cut mid-answer': { plan: 'cuts mid-answer' },
    'plan: says garbage': { plan: 'says garbage' },
    'plan: refuses in words': { plan: 'refuses in words' },
    'plan: speaks nonsense': { plan: 'speaks nonsense' },
    'plan: cut short': { plan: 'is cut short' },
    'plan: asks nothing': { plan: 'asks nothing' },
    'plan: asks for pieces that are not there': { plan: 'asks for pieces that are not there' },
    'plan: asks too much': { plan: 'asks too much' },
    'answer: slow to begin': { answer: 'is slow to begin' },
    'answer: 500 once': { answer: 'fails once' },
    'answer: 500': { answer: 'fails' },
    'answer: 429, retry-after 30': { answer: 'asks for patience' },
    'answer: hangs': { answer: 'hangs' },
    'answer: resets': { answer: 'resets' },
    'answer: cut mid-answer': { answer: 'cuts mid-answer' },
    'answer: stalls mid-answer': { answer: 'stalls mid-answer' },
    'answer: says garbage': { answer: 'says garbage' },
    'answer: shows a page': { answer: 'shows a page' },
    'answer: asks once more': { answer: 'asks once more' },
    'answer: asks for ever': { answer: 'asks for ever' },
    'answer: asks once more, in broken words': { answer: 'asks once more, in broken words' },
    'answer: 500, and the policy refuses': { answer: 'fails', policy: 'refuses when the frontier is down' },
    'answer: 500, and nodes fail at the sum': {
      answer: 'fails',
      who: 'all nodes',
      node: 'fails',
      atSum: true,
    },
    'frontier refuses the connection': { plan: 'is not there', answer: 'is not there' },
    'frontier hangs': { plan: 'hangs', answer: 'hangs' },
    'nodes fail at the sum': { who: 'all nodes', node: 'fails', atSum: true },
    'budget spent': { budget: 'spent' },
    'budget spent, read nearer': { budget: 'spent', policy: 'nearer when spent' },
    'budget for the plan alone': { budget: 'for the plan' },
    'budget for the plan alone, summed up nearer': { budget: 'for the plan', policy: 'nearer when spent' },
    'soft cap passed': { budget: 'soft, and spent' },
    'budget store refused': { books: 'is refused' },
    'budget store hangs': { books: 'hangs' },
    'budget store slow': { books: 'is slow' },
    'caller asks again with its key': { caller: 'asks again with its key' },
    'caller leaves while it is read': { caller: 'leaves while it is read', who: 'all nodes', node: 'hangs' },
    'caller leaves at the answer': { caller: 'leaves at the answer', answer: 'stalls mid-answer' },
    'classifier throws': { broken: 'classifier' },
    'detector throws': { broken: 'detector' },
  } satisfies Record<string, Partial<DocumentFault>>).map(([name, fault]) => [name, { ...sound, ...fault }]),
)
