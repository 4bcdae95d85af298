/**
 * Ids of tool calls that say, to this gateway alone, who made them.
 *
 * A transcript does not say which model made a call, and the caller sends nothing back but the transcript. So the ids of near models
 * get a keyed tag: an HMAC of tenant, tier, model and id, of which sixty bits are shown. It looks like any other id, fits into the forty
 * characters that OpenAI allows, and is found again by trying the near models there are. What a node has called its call is
 * kept behind the tag where it is short enough, and is what the node is told again: some templates take ids of one form alone. An id
 * that is too long for that is replaced by a digest, and the node, which remembers nothing, meets that.
 */
import { type ChatMessage, hmacSha256, type Maker, type TierName } from '@nearside/core'

/** Who makes calls. */
export type Author = { readonly tier: TierName; readonly model: string }

/** The key of one tenant. */
export type ToolCallKey = Uint8Array

export function toolCallKey(secret: string, tenant: string): ToolCallKey {
  return hmacSha256(encoder.encode(secret), encoder.encode(`nearside tool calls ${tenant}`))
}

export function taggedId(key: ToolCallKey, author: Author, id: string): string {
  const [form, kept] = shortened(key, id)
  return `${prefix}${form}${tagOf(key, author, form, kept)}${kept}`
}

/** What the author has called it; the id itself where it is not the author's, or was too long. */
export function untaggedId(key: ToolCallKey, author: Author, id: string): string {
  if (!isOf(key, author, id)) return id
  const kept = id.slice(keptAt)
  switch (id.charAt(prefix.length)) {
    case 'n':
      return prefix + kept
    case 'p':
      return kept
    default:
      return id
  }
}

/**
 * Who made the calls that are open, which are those of the newest turn of an assistant. Undefined where there are none; without a
 * valid tag on each of them they are a frontier's.
 */
export function makerOf(
  key: () => ToolCallKey,
  messages: readonly ChatMessage[],
  authors: readonly Author[],
): Maker | undefined {
  const calls = messages.findLast(({ role }) => role === 'assistant')?.toolCalls ?? []
  const [first] = calls
  if (first === undefined) return undefined
  if (!calls.every(({ id }) => shape.test(id))) return byFrontier
  const own = key()
  const author = authors.find((each) => isOf(own, each, first.id))
  if (author === undefined || !calls.every(({ id }) => isOf(own, author, id))) return byFrontier
  return { tier: author.tier, model: author.model }
}

const byFrontier: Maker = { tier: 'frontier', model: null }

const encoder = new TextEncoder()
const prefix = 'call_'
const tagChars = 10
const keptAt = prefix.length + 1 + tagChars
/** Forty characters in all. */
const keptChars = 24
const shape = /^call_[npd][0-9A-Za-z]{10}[0-9A-Za-z_-]{1,24}$/

/** `n`: its own, which began as all do. `p`: its own, plain. `d`: a digest of it. */
type Form = 'n' | 'p' | 'd'

function shortened(key: ToolCallKey, id: string): readonly [form: Form, kept: string] {
  const named = id.startsWith(prefix)
  const kept = named ? id.slice(prefix.length) : id
  if (kept.length <= keptChars && /^[0-9A-Za-z_-]+$/.test(kept)) return [named ? 'n' : 'p', kept]
  return ['d', letters(hmacSha256(key, encoder.encode(`id ${id}`)), keptChars)]
}

function tagOf(key: ToolCallKey, { tier, model }: Author, form: string, kept: string): string {
  return letters(hmacSha256(key, encoder.encode(`tag ${form}${kept} ${tier} ${model}`)), tagChars)
}

/** In a time that says nothing of where two tags differ. */
function isOf(key: ToolCallKey, author: Author, id: string): boolean {
  if (!shape.test(id)) return false
  const tag = tagOf(key, author, id.charAt(prefix.length), id.slice(keptAt))
  let difference = 0
  for (let at = 0; at < tagChars; at++) {
    difference |= tag.charCodeAt(at) ^ id.charCodeAt(prefix.length + 1 + at)
  }
  return difference === 0
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function letters(bytes: Uint8Array, count: number): string {
  return Array.from(bytes.subarray(0, count), (byte) => alphabet[byte % alphabet.length]).join('')
}
