/**
 * What the supervisor is shown of a session: a line for each message, long ones cut in the middle, and where there are too
 * many lines the oldest left out behind the task. Its size is bounded whatever the session's is, so that a word costs the
 * same at turn five and at turn fifty.
 */
import type { Choice } from '../chat/chat-event.ts'
import type { ChatMessage, ToolCall } from '../chat/chat-request.ts'

export type TrajectoryBounds = {
  /** The longest line. @default 600 */
  readonly lineChars: number
  /** All lines together. @default 12000 */
  readonly chars: number
}

export const defaultTrajectory: TrajectoryBounds = { lineChars: 600, chars: 12_000 }

/** `answer` is what the executor has just said and nobody has seen yet. */
export function trajectoryOf(
  messages: readonly ChatMessage[],
  answer: Pick<Choice, 'text' | 'toolCalls'> | null,
  { lineChars, chars }: TrajectoryBounds = defaultTrajectory,
): string {
  const names = new Map(messages.flatMap(({ toolCalls }) => toolCalls.map(({ id, name }) => [id, name])))
  const lines = messages.map((message, at) => {
    const { role, text, toolCalls, toolCallId, images, audio } = message
    const who = toolCallId === null ? role : `result of ${names.get(toolCallId) ?? 'a tool'}`
    const attached = images + audio > 0 ? ` (with ${images + audio} attachments)` : ''
    return line(`${at + 1} ${who}${attached}`, text, toolCalls, lineChars)
  })
  const rest = answer === null ? [] : [line('now assistant', answer.text, answer.toolCalls, lineChars)]
  const first = messages.findIndex(({ role }) => role === 'user')
  return bounded(lines.slice(Math.max(0, first - 1), first + 1), [...lines.slice(first + 1), ...rest], chars)
}

function line(who: string, text: string, calls: readonly ToolCall[], most: number): string {
  const called = calls.map(({ name, arguments: given }) => `calls ${name}(${given})`)
  const said = [text.replace(/\s+/g, ' ').trim(), ...called].filter((part) => part !== '')
  return `${who}: ${cutMiddle(said.join('; '), most)}`
}

/** The beginning and the end: the end of a result often says how it came out. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text
  const half = Math.floor((most - 3) / 2)
  return `${text.slice(0, half)} … ${text.slice(text.length - half)}`.replace(halfCharacters, '')
}

/** What a cut leaves of a character that takes two places. */
const halfCharacters = /\p{Surrogate}/gu

function bounded(head: readonly string[], tail: readonly string[], most: number): string {
  let room = most - head.reduce((sum, each) => sum + each.length + 1, 0)
  let from = tail.length
  while (from > 0 && room >= tail[from - 1]!.length + 1) room -= tail[--from]!.length + 1
  // The latest line is what it is asked about.
  if (from === tail.length && from > 0) from--
  const gap = from === 0 ? [] : [`… ${from} lines are left out …`]
  return [...head, ...gap, ...tail.slice(from)].join('\n')
}
