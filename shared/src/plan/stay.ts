/**
 * What holds a conversation where it is: the session that it is in, and the tool calls that it is about to answer.
 *
 * A tool call is half of a thought: its result belongs to the model that asked for it, whatever the result looks like. A session
 * keeps a conversation from falling to a weaker tier and from meeting other weights than those that it began with. Neither
 * ever loosens anything: whoever may not, or cannot, serve the request is not in the field, and a turn that needs a
 * stronger tier gets it.
 */
import type { TargetView, TierName } from './target.ts'
import type { Wish } from './wish.ts'

export type Stay = {
  /** What it began with, for as long as that is promised; left out where it is in no session. */
  readonly session?: Pin
  /** Who made the tool calls that are open; left out where none is, or nobody can tell. */
  readonly toolCalls?: Maker
}

/** Who answered last. The version is null where the node did not name one. */
export type Pin = { readonly tier: TierName; readonly model: string; readonly version: string | null }

/** The model is null where the calls carry no name of ours: then they are a frontier's. */
export type Maker = { readonly tier: TierName; readonly model: string | null }

/** The wish of a conversation that is held. Those that are `good` may serve it and reach the quality that is asked for. */
export function held(wish: Wish, { session, toolCalls }: Stay, good: readonly TargetView[]): Wish {
  // What may not leave stays, and what looks like an attack goes where those go, whoever spoke before.
  if (wish.reason === 'private' || wish.reason === 'attack-suspected') return wish
  if (toolCalls !== undefined && good.some((target) => madeBy(target, toolCalls)))
    return { tier: toolCalls.tier, reason: 'made-the-tool-call', confidence: 1 }
  const falls = session?.tier === 'frontier' && wish.tier === 'local'
  return falls && good.some(({ tier }) => tier === 'frontier')
    ? { tier: 'frontier', reason: 'held-by-session', confidence: 1 }
    : wish
}

function madeBy({ tier, model }: TargetView, maker: Maker): boolean {
  return tier === maker.tier && (maker.model === null || model === maker.model)
}

/**
 * How far each of them is from what the conversation began with: 0 where it is the same as far as is known, 1 where its version was not
 * heard, 2 where its model or version is another.
 */
export function distances({ session, toolCalls }: Stay): (target: TargetView) => 0 | 1 | 2 {
  const own = ownOf(session, toolCalls)
  return ({ tier, model, version = null }) => {
    if (own === null || tier !== own.tier) return 0
    if (model !== own.model) return 2
    if (own.version === null || version === own.version) return 0
    return version === null ? 1 : 2
  }
}

/** Of two words on who is to answer, the tool call's is the nearer one; the session's says its version as well. */
function ownOf(session: Pin | undefined, maker: Maker | undefined): Pin | null {
  if (maker === undefined) return session ?? null
  if (session?.tier === maker.tier && (maker.model === null || session.model === maker.model)) return session
  return maker.model === null ? null : { tier: maker.tier, model: maker.model, version: null }
}
