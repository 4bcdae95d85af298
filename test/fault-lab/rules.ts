/**
 * What is to come of a request under a fault: the rules that the table's rows are made by, said once and without the code that
 * they hold to account.
 *
 * A text goes where its privacy lets it. It is offered to the tier that it belongs to, and then to the others that it may go to.
 * A tier is asked again only where that may help and nobody else is left at once. What is asked and cannot be known to have
 * cost nothing is paid for in full. Nobody is asked when the time is over, and nothing is tried again once a word was told.
 */
import type { Fault } from './faults.ts'
import type { Case } from './rows.ts'

export type Tier = 'edge' | 'local' | 'frontier'

/** How a hold is closed: by the usage told, given back, charged in full, or by what was seen until the end. */
export type Closing = 'usage' | 'released' | 'held' | 'seen'

export type Expected = {
  /** Null where nobody is there to be told. */
  readonly status: number | null
  readonly tier: Tier | null
  readonly shown: 'direct' | 'cascade' | 'consistency' | 'domain' | null
  readonly reason: string | null
  readonly degraded: string | null
  readonly code: string | null
  readonly retryAfterSeconds: number | null
  readonly ending: 'complete' | 'cut' | 'left'
  /** How many requests each of them saw. */
  readonly asked: { readonly node: number; readonly frontier: number }
  readonly closings: readonly Closing[]
}

/** Where nothing fails. */
export const plain = {
  frontier: 'answers',
  node: 'answers',
  store: 'answers',
  budget: 'ample',
  broken: 'nothing',
  clock: 'steady',
  client: 'stays',
  asked: 'once',
} as const satisfies Fault

/** What came of asking a tier. */
export type Turn = {
  readonly end: 'serves' | 'breaks' | 'fails' | 'is silent' | 'denied' | 'store down'
  readonly asked: number
  readonly closings: readonly Closing[]
  /** What it asks its caller to wait, in seconds. */
  readonly patience?: number
  /** A failure that may have been billed is not to be repeated by a client. */
  readonly unsafe?: boolean
}

type Wish = { readonly tier: 'local' | 'frontier'; readonly reason: string }

/** The places that a text may go to, and the one that it belongs to. */
type Lie = { readonly mayLeave: boolean; readonly choice: boolean; readonly wish: Wish }

export function expected(row: Case): Expected {
  const lie = lieOf(row)
  const kept = row.does.asked === 'before' ? keptBefore(row, lie) : false
  if (kept) return served('edge', 'direct', 'cached', null, 'complete', [])
  if (row.does.client === 'leaves') return left(row, lie)
  if (!lie.choice || row.strategy.startsWith('direct') || row.strategy === 'domain') return direct(row, lie)
  return row.strategy === 'cascade' ? cascade(row, lie) : consistency(row, lie)
}

function lieOf({ privacy, strategy, does }: Case): Lie {
  // What could not be looked through counts as what may not leave.
  const private_ = privacy === 'never-leave' || does.broken === 'detector' ? 'never-leave' : privacy
  const mayLeave = private_ !== 'never-leave' && private_ !== 'contractual, others named'
  const choice = mayLeave && private_ !== 'sensitive'
  const wish = (): Wish => {
    if (private_ === 'never-leave' || private_ === 'sensitive') return { tier: 'local', reason: 'private' }
    if (strategy === 'domain') return { tier: mayLeave ? 'frontier' : 'local', reason: 'best-expected' }
    if (does.broken === 'classifier')
      return { tier: mayLeave ? 'frontier' : 'local', reason: 'difficulty-unknown' }
    return isEasy(strategy) ? { tier: 'local', reason: 'easy' } : { tier: 'frontier', reason: 'hard' }
  }
  return { mayLeave, choice, wish: wish() }
}

/** Two of one opinion are tried on what is easy, a near model first on what is hard. */
export function isEasy(strategy: Case['strategy']): boolean {
  return strategy === 'direct, easy' || strategy === 'consistency'
}

function direct(row: Case, { mayLeave, wish }: Lie): Expected {
  const others: readonly Tier[] = !mayLeave
    ? ['local']
    : wish.tier === 'local'
      ? ['local', 'frontier']
      : ['frontier', 'local']
  const shown = row.strategy === 'domain' ? 'domain' : 'direct'
  const turns: (Turn & { tier: Tier })[] = []
  for (const [position, tier] of others.entries()) {
    const alone = position === others.length - 1
    const turn = tier === 'local' ? nodeTurn(row.does, row.stream, alone) : frontierTurn(row.does, row.stream)
    turns.push({ ...turn, tier })
    if (turn.end === 'serves' || turn.end === 'breaks') {
      const degraded = tier === wish.tier ? null : degradedTo(tier, mayLeave)
      return served(tier, shown, wish.reason, degraded, endingOf(turn), turns)
    }
    if (isFinal(turn, row.stream)) break
  }
  return failed(turns, others.length > 1)
}

function degradedTo(tier: Tier, mayLeave: boolean): string {
  if (tier === 'frontier') return 'local-down'
  return mayLeave ? 'frontier-down' : 'no-frontier'
}

/** The near answer is judged; only one that does not pass, or does not come, brings in the frontier. */
function cascade({ does, stream }: Case, { wish }: Lie): Expected {
  const near = { ...nodeTurn(does, stream, false), tier: 'local' as const }
  // What dies while its first words are held was never heard.
  const failedNear = near.end === 'fails' || near.end === 'breaks' || near.end === 'is silent'
  if (!failedNear && passes(does)) return served('local', 'cascade', 'near-passed', null, 'complete', [near])
  if (isFinal(near, stream)) return failed([near], true)
  return better(failedNear ? null : 'escalated', 'cascade', near, { does, stream, wish })
}

/** Two near answers; the same twice stands, however sure it is, unless it is plainly wrong. Both come whole. */
function consistency({ does, stream }: Case, { wish }: Lie): Expected {
  const one = nodeTurn(does, false, false)
  const near = { ...one, asked: one.asked * 2, tier: 'local' as const }
  if (near.end === 'serves' && !isPlainlyWrong(does))
    return served('local', 'consistency', 'agreed', null, 'complete', [near])
  if (isFinal(near, false)) return failed([near], true)
  return better(near.end === 'serves' ? 'disagreed' : null, 'consistency', near, { does, stream, wish })
}

type Asking = { readonly does: Fault; readonly stream: boolean; readonly wish: Wish }

/** The frontier, after a near answer that did not pass (`because`) or did not come (null). */
function better(
  because: 'escalated' | 'disagreed' | null,
  shown: 'cascade' | 'consistency',
  near: Turn & { readonly tier: Tier },
  { does, stream, wish }: Asking,
): Expected {
  const turn = { ...frontierTurn(does, stream), tier: 'frontier' as const }
  const turns = [near, turn]
  if (turn.end === 'serves' || turn.end === 'breaks') {
    const degraded = because === null && wish.tier === 'local' ? 'local-down' : null
    return served('frontier', shown, because ?? wish.reason, degraded, endingOf(turn), turns)
  }
  if (because === null) return failed(turns, true)
  // The near answer is worse than was wished for, and better than none.
  const degraded =
    turn.end === 'denied' ? 'budget-spent' : turn.end === 'store down' ? 'store-down' : 'frontier-down'
  return served('local', shown, wish.reason, degraded, 'complete', turns)
}

function passes(does: Fault): boolean {
  return does.node === 'answers' || does.node === 'forges headers'
}

function isPlainlyWrong({ node }: Fault): boolean {
  return node === 'refuses in words' || node === 'breaks JSON'
}

export function nodeTurn({ node }: Fault, stream: boolean, alone: boolean): Turn {
  const failing = (most: 1 | 2, more: Partial<Turn> = {}): Turn => {
    const asked = alone ? most : 1
    return { end: 'fails', asked, closings: [], ...more }
  }
  switch (node) {
    case 'answers':
    case 'is unsure':
    case 'refuses in words':
    case 'breaks JSON':
    case 'is cut short':
    case 'forges headers':
      return { end: 'serves', asked: 1, closings: [] }
    case 'is busy, with its load':
    case 'fails':
      return failing(2)
    case 'is full':
      return failing(1, { patience: 1 })
    case 'is not there':
      return failing(2, { asked: 0 })
    case 'says garbage':
      return failing(2, { unsafe: true })
    case 'hangs':
      return { end: 'is silent', asked: 1, closings: [], unsafe: true }
    case 'dies mid-answer':
      return stream ? { end: 'breaks', asked: 1, closings: [] } : failing(2, { unsafe: true })
    case 'stalls mid-answer':
      return { end: stream ? 'breaks' : 'is silent', asked: 1, closings: [], unsafe: true }
  }
}

export function frontierTurn({ frontier, store, budget }: Fault, stream: boolean): Turn {
  if (store !== 'answers' && store !== 'is slow') return { end: 'store down', asked: 0, closings: [] }
  if (budget === 'spent') return { end: 'denied', asked: 0, closings: [] }
  // What may have been billed is paid, and the next attempt sets money aside anew.
  const mayHaveBilled = (attempts: 1 | 2): Turn =>
    budget === 'for one attempt' && attempts === 2
      ? { end: 'denied', asked: 1, closings: ['held'] }
      : { end: 'fails', asked: attempts, closings: Array(attempts).fill('held'), unsafe: true }
  switch (frontier) {
    case 'answers':
    case 'is slow to begin':
      return { end: 'serves', asked: 1, closings: ['usage'] }
    case 'fails once':
      return { end: 'serves', asked: 2, closings: ['usage'] }
    case 'fails':
      return { end: 'fails', asked: 2, closings: ['released'] }
    case 'asks for patience':
      return { end: 'fails', asked: 1, closings: ['released'], patience: 30 }
    case 'is not there':
      return { end: 'fails', asked: 0, closings: ['released'] }
    case 'resets':
    case 'says garbage':
      return mayHaveBilled(2)
    case 'shows a page':
      return mayHaveBilled(1)
    case 'hangs':
      return { end: 'is silent', asked: 1, closings: ['held'], unsafe: true }
    case 'cuts mid-answer':
      return stream ? { end: 'breaks', asked: 1, closings: ['seen'] } : mayHaveBilled(2)
    case 'stalls mid-answer':
      return stream
        ? { end: 'breaks', asked: 1, closings: ['seen'] }
        : { end: 'is silent', asked: 1, closings: ['held'], unsafe: true }
  }
}

/** A spent cap and a store that is away are told; who was waited for in vain for a whole answer has used up all the time. */
function isFinal({ end }: Turn, stream: boolean): boolean {
  return end === 'denied' || end === 'store down' || (end === 'is silent' && !stream)
}

function endingOf({ end }: Turn): 'complete' | 'cut' {
  return end === 'breaks' ? 'cut' : 'complete'
}

function served(
  tier: Tier,
  shown: Expected['shown'],
  reason: string,
  degraded: string | null,
  ending: Expected['ending'],
  turns: readonly (Turn & { readonly tier: Tier })[],
): Expected {
  return {
    ...{ status: 200, tier, shown, reason, degraded, code: null, retryAfterSeconds: null, ending },
    ...whatWasAsked(turns),
  }
}

/** One upstream's fault is told as it is; of several that failed, that nothing is left, and when to ask again. */
export function failed(turns: readonly (Turn & { readonly tier: Tier })[], several: boolean): Expected {
  const last = turns.at(-1)!
  const patience = last.patience ?? 1
  const [status, code, retryAfterSeconds] =
    last.end === 'denied'
      ? ([429, 'insufficient_quota', null] as const)
      : last.end === 'store down'
        ? ([503, 'store_failed', 1] as const)
        : several
          ? ([503, 'no_tier_left', patience] as const)
          : last.end === 'is silent'
            ? ([504, 'timed_out', null] as const)
            : ([502, 'tier_failed', last.unsafe ? null : patience] as const)
  return {
    ...{ status, tier: null, shown: null, reason: null, degraded: null, code, retryAfterSeconds },
    ending: 'complete',
    ...whatWasAsked(turns),
  }
}

function whatWasAsked(
  turns: readonly (Turn & { readonly tier: Tier })[],
): Pick<Expected, 'asked' | 'closings'> {
  const by = (tier: Tier): number =>
    turns.reduce((sum, turn) => sum + (turn.tier === tier ? turn.asked : 0), 0)
  return {
    asked: { node: by('local'), frontier: by('frontier') },
    closings: turns.flatMap(({ closings }) => closings),
  }
}

/** An answer is kept that was not worse than wished, of a text that may be kept: what is private is not, unless told. */
function keptBefore({ privacy }: Case, { mayLeave, wish }: Lie): boolean {
  if (privacy === 'never-leave' || privacy === 'sensitive') return false
  return wish.tier === 'local' || mayLeave
}

/**
 * The client leaves when it has heard a word, or where it was told none. Whoever was asked stops, nobody else is asked, and
 * what was heard is paid.
 */
function left(row: Case, lie: Lie): Expected {
  const first: Tier = !lie.mayLeave
    ? 'local'
    : lie.choice && (row.strategy === 'cascade' || row.strategy === 'consistency')
      ? 'local'
      : lie.wish.tier
  const twice = lie.choice && row.strategy === 'consistency'
  const told = row.stream && !twice
  const shown = !told
    ? null
    : row.strategy === 'domain'
      ? ('domain' as const)
      : row.strategy === 'cascade' && lie.choice
        ? ('cascade' as const)
        : ('direct' as const)
  const degraded =
    told && first !== lie.wish.tier && shown !== 'cascade' ? degradedTo(first, lie.mayLeave) : null
  return {
    status: told ? 200 : null,
    tier: told ? first : null,
    shown,
    reason: told ? (shown === 'cascade' ? 'near-passed' : lie.wish.reason) : null,
    degraded,
    code: null,
    retryAfterSeconds: null,
    ending: 'left',
    asked: { node: first === 'local' ? (twice ? 2 : 1) : 0, frontier: first === 'frontier' ? 1 : 0 },
    closings: first === 'frontier' ? [told ? 'seen' : 'held'] : [],
  }
}
