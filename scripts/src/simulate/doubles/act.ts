/**
 * One turn of a simulated model at work: the step that a careful reader would take, spoilt at the rates of its profile.
 *
 * All it goes by are the messages: they are what it knows, and its luck is drawn from the seed and from them (the task, and
 * the turns so far). The same messages get the same answer; advice, a plan or a summary work through what they say.
 */
import { drawFor, pick } from '../draw.ts'
import { mindFor } from '../minds/all.ts'
import { plainText, type Step, type Thought } from '../minds/mind.ts'
import { advisedCall, wasMade } from './advice.ts'
import type { Chat, ChatMessage } from './chat.ts'
import type { Profile } from './profile.ts'
import { promptTokens } from './tokens.ts'

export type Acted = {
  readonly step: Step
  /** How sure it says it is: higher where it did right, and never sure to be. */
  readonly confidence: number
}

export function act(chat: Chat, profile: Profile, seed: number): Acted {
  const { messages } = chat
  const task = taskIn(messages)
  const mind = task === null ? null : mindFor(task.text)
  if (task === null || mind === null) {
    return { step: { does: 'say', text: 'This is no task that I know.' }, confidence: 0.5 }
  }
  const draw = drawFor('act', seed, identityOf(messages))
  const luck = { repeat: draw(), claim: draw(), wrong: draw(), which: draw, confidence: draw() }
  const guidance = plainText(
    messages
      .filter((message) => message !== task && guides(message))
      .map(({ text }) => text)
      .filter((text) => drawFor('heeds', seed, task.text, text)() < profile.takesAdvice)
      .join('\n'),
  )
  const work = remembered(chat, profile, draw)
  const thought = mind.think(task.text, `${work}\n${guidance}`)

  const sure = (right: boolean): number => Number((luck.confidence * 0.5 + (right ? 0.5 : 0.25)).toFixed(3))
  const advised = advisedCall(guidance)
  if (advised !== null && !wasMade(advised, messages)) {
    return { step: { does: 'call', call: advised }, confidence: sure(true) }
  }
  const again = lastCall(messages)
  if (luck.repeat < profile.repeats && again !== null) return { step: again, confidence: sure(false) }
  if (luck.claim < profile.claimsEarly) {
    return { step: { does: 'say', text: thought.claim }, confidence: sure(thought.right.does === 'say') }
  }
  const share = isNamed(thought.right, guidance) ? profile.guidedShare : 1
  return luck.wrong < profile.wrongStep * share && thought.wrong.length > 0
    ? { step: pick(thought.wrong, draw), confidence: sure(false) }
    : { step: thought.right, confidence: sure(true) }
}

/** The messages without what changes from run to run: the ids of calls. */
export function identityOf(messages: readonly ChatMessage[]): string {
  return JSON.stringify(messages.map(({ role, text, calls }) => [role, text, calls]))
}

/** The first message that states a task. */
export function taskIn(messages: readonly ChatMessage[]): ChatMessage | null {
  return messages.find(({ role, text }) => role === 'user' && mindFor(text) !== null) ?? null
}

function guides({ role }: ChatMessage): boolean {
  return role !== 'assistant' && role !== 'tool'
}

/** What tools and it itself said, without what this turn does not see; the last two messages it always sees. */
function remembered(chat: Chat, profile: Profile, draw: () => number): string {
  const excess = promptTokens(chat) / profile.attendsTokens - 1
  const chance = Math.min(1, Math.max(0, excess) * profile.forgets)
  return chat.messages
    .filter((message, i, all) => !guides(message) && (draw() >= chance || i >= all.length - 2))
    .map(({ text }) => text)
    .join('\n')
}

function lastCall(messages: readonly ChatMessage[]): Step | null {
  const call = messages.findLast(({ calls }) => calls.length > 0)?.calls.at(-1)
  if (call === undefined) return null
  try {
    return {
      does: 'call',
      call: { name: call.name, given: JSON.parse(call.given) as Record<string, string> },
    }
  } catch {
    return null
  }
}

function isNamed(step: Thought['right'], guidance: string): boolean {
  if (step.does === 'say') return false
  const values = Object.values(step.call.given).map(String)
  return values.length > 0 && values.every((value) => guidance.includes(value))
}
