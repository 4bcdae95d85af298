/**
 * What the executor is given of a conversation: the system's words, the task, the plan, the summary, and as many of the
 * latest turns as fit. So its context stays within a bound however long the session lasts.
 *
 * Plan and summary stand with the system's words, since they change seldom; a piece of advice stands where it was given, so
 * that what comes before it stays as it was and a node's cache of it holds. A turn is kept or left out with all that belongs
 * to it: a result without its call is refused by every model. After a context reset the turns before it are gone but for a few.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'
import { textTokens } from '../signals/prompt-tokens.ts'
import { isJsonObject, stringOf } from '../wire/json-object.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { withShortIds } from './call-ids.ts'
import type { SupervisionState } from './state.ts'
import { cutMiddle } from './trajectory.ts'

export type ExecutorBounds = {
  /** The most tokens of its prompt; the system's words, the tools and the task always stay. */
  readonly contextTokens: number
  /** How many turns before a context reset it still sees. */
  readonly recentTurns: number
}

type Group = { readonly at: number; readonly messages: readonly JsonObject[]; readonly note: boolean }

export function executorRequest(
  request: ChatRequest,
  state: Pick<SupervisionState, 'plan' | 'summary' | 'resetAt' | 'advice'>,
  { contextTokens, recentTurns }: ExecutorBounds,
): ChatRequest {
  const given = withShortIds(request.body.messages as JsonArray) as readonly JsonObject[]
  const leading = given.findIndex(({ role }) => role !== 'system' && role !== 'developer')
  const head = given.slice(0, leading === -1 ? given.length : leading)
  const taskAt = given.findIndex(({ role }) => role === 'user')
  const task = taskAt === -1 ? [] : [given[taskAt]!]
  const turns = groupsOf(given, head.length, taskAt)
  const groups = withNotes(turns, state.advice)

  const { resetAt } = state
  const afterReset = resetAt === null ? 0 : firstKept(turns, resetAt, recentTurns)
  const declared = request.body.tools === undefined ? 0 : textTokens(JSON.stringify(request.body.tools))
  const fixed =
    declared + tokensOf([...head, ...task]) + textTokens(`${state.plan ?? ''}${state.summary ?? ''}`)
  let room = contextTokens - fixed - forWords
  const lastAsked = given.findLastIndex(({ role }) => role === 'user')
  const kept: Group[] = []
  let isFull = false
  for (const group of groups.toReversed()) {
    const tokens = tokensOf(group.messages)
    // What the user asked last stays, and so does the latest turn, with its results cut to the room there is.
    const stays = group.at === lastAsked || (!group.note && kept.every(({ note }) => note))
    isFull ||= tokens > room || group.at < afterReset
    if (isFull && !stays) continue
    kept.push(
      tokens > room ? { ...group, messages: shortened(group.messages, Math.max(room, leastTokens)) } : group,
    )
    room -= tokens
  }
  const leftOut = groups.length > kept.length
  const words = wordsFor(state, leftOut)
  const messages = [
    ...withWords(head, words),
    ...task,
    ...kept.toReversed().flatMap((group) => group.messages),
  ]
  return readChatRequest({ ...request.body, messages })
}

/** The headings around plan and summary. */
const forWords = 64
const leastTokens = 256

function groupsOf(messages: readonly JsonObject[], from: number, taskAt: number): readonly Group[] {
  const groups: { at: number; messages: JsonObject[]; note: false }[] = []
  for (const [at, message] of messages.entries()) {
    if (at < from || at === taskAt) continue
    const last = groups.at(-1)
    if (last !== undefined && (message.role === 'tool' || message.role === 'function'))
      last.messages.push(message)
    else groups.push({ at, messages: [message], note: false })
  }
  return groups
}

/** Each piece of advice before the first turn that began after it was given. */
function withNotes(turns: readonly Group[], advice: SupervisionState['advice']): readonly Group[] {
  const all: Group[] = []
  let next = 0
  const noteBefore = (at: number): void => {
    for (; next < advice.length && advice[next]!.at <= at; next++) {
      const { text, at: given } = advice[next]!
      const content = `Advice from your supervisor: ${text}`
      all.push({ at: given, messages: [{ role: 'user', content }], note: true })
    }
  }
  for (const turn of turns) {
    noteBefore(turn.at)
    all.push(turn)
  }
  noteBefore(Number.POSITIVE_INFINITY)
  return all
}

/** Where the kept turns begin: a few before the reset. */
function firstKept(turns: readonly Group[], resetAt: number, recentTurns: number): number {
  const before = turns.filter(({ at }) => at < resetAt)
  return before.at(-recentTurns)?.at ?? 0
}

function tokensOf(messages: readonly JsonObject[]): number {
  return messages.reduce((sum, message) => sum + perMessage + textTokens(JSON.stringify(message)), 0)
}

const perMessage = 8

/** Results are cut before anything else: they are what makes a turn long. */
function shortened(messages: readonly JsonObject[], room: number): readonly JsonObject[] {
  const results = messages.filter(({ role }) => role === 'tool')
  if (results.length === 0) return messages
  const others = tokensOf(messages.filter(({ role }) => role !== 'tool'))
  const each = Math.floor(Math.max(leastTokens, room - others) / results.length)
  return messages.map((message) => {
    const content = message.role === 'tool' ? stringOf(message.content) : null
    return content === null ? message : { ...message, content: fitting(content, each) }
  })
}

function fitting(text: string, tokens: number): string {
  let cut = text
  for (let most = Math.min(text.length, tokens * 4); textTokens(cut) > tokens && most > 64; most = most >> 1)
    cut = cutMiddle(text, most)
  return cut
}

function wordsFor({ plan, summary }: Pick<SupervisionState, 'plan' | 'summary'>, leftOut: boolean): string {
  return [
    plan === null ? '' : `Work by this plan:\n${plan}`,
    summary === null ? '' : `What is known and done so far:\n${summary}`,
    leftOut ? 'Earlier turns are left out here.' : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** In the system's own message where there is one: templates of small models know no second one. */
function withWords(head: readonly JsonObject[], words: string): readonly JsonObject[] {
  if (words === '') return head
  const [first, ...rest] = head
  if (first === undefined) return [{ role: 'system', content: words }]
  return [{ ...first, content: joined(first.content, words) }, ...rest]
}

function joined(content: JsonValue | undefined, words: string): JsonValue {
  if (typeof content === 'string') return `${content}\n\n${words}`
  const parts = Array.isArray(content) ? (content as JsonArray) : isJsonObject(content) ? [content] : []
  return [...parts, { type: 'text', text: words }]
}
