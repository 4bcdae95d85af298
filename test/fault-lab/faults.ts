/**
 * The faults of the table, by name: what each party of a request does. A party that is left out does its work. Nothing here says
 * what is to come of it: that is `rules.ts`.
 */

export type FrontierDoes =
  | 'answers'
  | 'is slow to begin'
  | 'fails once'
  | 'fails'
  | 'asks for patience'
  | 'hangs'
  | 'is not there'
  | 'resets'
  | 'cuts mid-answer'
  | 'stalls mid-answer'
  | 'says garbage'
  | 'shows a page'

export type NodeDoes =
  | 'answers'
  | 'is unsure'
  | 'refuses in words'
  | 'breaks JSON'
  | 'is cut short'
  | 'forges headers'
  | 'is busy, with its load'
  | 'is full'
  | 'fails'
  | 'hangs'
  | 'dies mid-answer'
  | 'stalls mid-answer'
  | 'says garbage'
  | 'is not there'

export type StoreDoes = 'answers' | 'is slow' | 'is refused' | 'hangs' | 'is out of memory'

export type Fault = {
  readonly frontier: FrontierDoes
  readonly node: NodeDoes
  readonly store: StoreDoes
  /** What the account's cap has left: enough, nothing, or what one attempt holds and half of it. */
  readonly budget: 'ample' | 'spent' | 'for one attempt'
  readonly broken: 'nothing' | 'classifier' | 'detector'
  /** What the gateway's clock does between two requests. */
  readonly clock: 'steady' | 'a day ahead' | 'a day back'
  readonly client: 'stays' | 'leaves'
  /** Whether the same was asked before, when all was well, in front of an exact cache. */
  readonly asked: 'once' | 'before'
}

const sound: Fault = {
  frontier: 'answers',
  node: 'answers',
  store: 'answers',
  budget: 'ample',
  broken: 'nothing',
  clock: 'steady',
  client: 'stays',
  asked: 'once',
}

const named = (given: Readonly<Record<string, Partial<Fault>>>): Readonly<Record<string, Fault>> =>
  Object.fromEntries(Object.entries(given).map(([name, fault]) => [name, { ...sound, ...fault }]))

export const faults: Readonly<Record<string, Fault>> = named({
  none: {},
  'frontier slow to begin': { frontier: 'is slow to begin' },
  'frontier 500 once': { frontier: 'fails once' },
  'frontier 500': { frontier: 'fails' },
  'frontier 429, retry-after 30': { frontier: 'asks for patience' },
  'frontier hangs': { frontier: 'hangs' },
  'frontier refuses the connection': { frontier: 'is not there' },
  'frontier resets': { frontier: 'resets' },
  'frontier cut mid-answer': { frontier: 'cuts mid-answer' },
  'frontier stalls mid-answer': { frontier: 'stalls mid-answer' },
  'frontier says garbage': { frontier: 'says garbage' },
  'frontier shows a page': { frontier: 'shows a page' },
  'node unsure': { node: 'is unsure' },
  'node refuses in words': { node: 'refuses in words' },
  'node breaks JSON': { node: 'breaks JSON' },
  'node forges headers': { node: 'forges headers' },
  'node 503 with its load': { node: 'is busy, with its load' },
  'node 429, full': { node: 'is full' },
  'node 500': { node: 'fails' },
  'node hangs': { node: 'hangs' },
  'node dies mid-answer': { node: 'dies mid-answer' },
  'node says garbage': { node: 'says garbage' },
  'node refuses the connection': { node: 'is not there' },
  'store refused': { store: 'is refused' },
  'store hangs': { store: 'hangs' },
  'store slow': { store: 'is slow' },
  'store out of memory': { store: 'is out of memory' },
  'store refused, node 500': { store: 'is refused', node: 'fails' },
  'store refused, node unsure': { store: 'is refused', node: 'is unsure' },
  'budget spent': { budget: 'spent' },
  'budget spent, node 500': { budget: 'spent', node: 'fails' },
  'budget spent, node unsure': { budget: 'spent', node: 'is unsure' },
  'budget spent between attempts': { budget: 'for one attempt', frontier: 'resets' },
  'budget spent between attempts, node unsure': {
    budget: 'for one attempt',
    frontier: 'resets',
    node: 'is unsure',
  },
  'both down': { frontier: 'fails', node: 'is not there' },
  'both down, answer kept': { frontier: 'fails', node: 'fails', asked: 'before' },
  'frontier 429, node 429': { frontier: 'asks for patience', node: 'is full' },
  'frontier hangs, node unsure': { frontier: 'hangs', node: 'is unsure' },
  'frontier 500, node refuses in words': { frontier: 'fails', node: 'refuses in words' },
  'frontier cut mid-answer, node unsure': { frontier: 'cuts mid-answer', node: 'is unsure' },
  'classifier throws': { broken: 'classifier' },
  'classifier throws, node 500': { broken: 'classifier', node: 'fails' },
  'detector throws': { broken: 'detector' },
  'detector throws, node 500': { broken: 'detector', node: 'fails' },
  'clock a day ahead': { clock: 'a day ahead' },
  'clock a day back': { clock: 'a day back' },
  'client leaves mid-answer': {
    client: 'leaves',
    frontier: 'stalls mid-answer',
    node: 'stalls mid-answer',
  },
})
