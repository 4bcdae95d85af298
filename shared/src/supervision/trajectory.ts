/**
 * What the supervisor is shown of a session: a line for each message, long ones cut in the middle, and where there are too
 * many lines the oldest left out behind the task. Its size is bounded whatever the session's is, so that a word costs the
 * same at turn five and at turn fifty.
 *
 * What the user asked for, at first and last, has a bound of its own: nobody can plan for a task, or hold an end against it, of
 * which he has read the beginning.
 */
import type { Choice } from '../chat/chat-event.ts'
import type { ChatMessage, ToolCall } from '../chat/chat-request.ts'

export type TrajectoryBounds = {
  /** The longest line. @default 600 */
  readonly lineChars: number
  /** The longest line of what the user asked first, and of what he asked last. @default 6000 */
  readonly taskChars: number
  /** All other lines together. @default 12000 */
  readonly chars: number
}

const defaultTrajectory: TrajectoryBounds = { lineChars: 600, taskChars: 6_000, chars: 12_000 }

/** `stays`: whatever else has to be left out. */
type Line = { readonly text: string; readonly stays: boolean }

/** `answer` is what the executor has just said and nobody has seen yet. */
export function trajectoryOf(
  messages: readonly ChatMessage[],
  answer: Pick<Choice, 'text' | 'toolCalls'> | null,
  { lineChars, taskChars, chars }: TrajectoryBounds = defaultTrajectory,
): string {
  const names = new Map(messages.flatMap(({ toolCalls }) => toolCalls.map(({ id, name }) => [id, name])))
  const first = messages.findIndex(({ role }) => role === 'user')
  const last = messages.findLastIndex(({ role }) => role === 'user')
  const lines = messages.map((message, at): Line => {
    const { role, text, toolCalls, toolCallId, images, audio } = message
    const who = toolCallId === null ? role : `result of ${names.get(toolCallId) ?? 'a tool'}`
    const attached = images + audio > 0 ? ` (with ${images + audio} attachments)` : ''
    const isTask = at === first || at === last
    const said = line(`${at + 1} ${who}${attached}`, text, toolCalls, isTask ? taskChars : lineChars)
    return { text: said, stays: isTask || at === first - 1 }
  })
  const now = answer === null ? [] : [line('now assistant', answer.text, answer.toolCalls, lineChars)]
  // What was said before the task is the system's, of which the last line speaks of it.
  return bounded(
    [...lines.slice(Math.max(0, first - 1)), ...now.map((text) => ({ text, stays: false }))],
    chars,
  )
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

function bounded(lines: readonly Line[], most: number): string {
  const shown: string[] = []
  let room = most
  let isFull = false
  let leftOut = 0
  const gap = (): void => {
    if (leftOut > 0) shown.push(`… ${leftOut} lines are left out …`)
    leftOut = 0
  }
  for (const { text, stays } of lines.toReversed()) {
    // The latest line is what it is asked about.
    isFull ||= !stays && shown.length > 0 && room < text.length + 1
    if (isFull && !stays) {
      leftOut++
      continue
    }
    gap()
    shown.push(text)
    if (!stays) room -= text.length + 1
  }
  gap()
  return shown.toReversed().join('\n')
}
