/**
 * One turn of a simulated model at work: the step that a careful reader would take, spoilt at the rates of its profile.
 *
 * All it goes by are the messages: they are what it knows, and its luck is drawn from the seed and from them (the task, and
 * the turns so far). The same messages get the same answer; advice, a plan or a summary work through what they say.
 */
import { drawFor, pick } from '../draw.ts'
import { mindFor } from '../minds/all.ts'
import { type Call, plainText, type Step, type Thought } from '../minds/mind.ts'
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
  const heeds = (text: string): boolean => drawFor('heeds', seed, task.text, text)() < profile.takesAdvice
  const heard = messages.filter(
    (message) => message !== task && (message.role !== 'user' || heeds(message.text)),
  )
  const guidance = plainText(textOf(heard.filter(guides)))
  const thought = mind.think(task.text, plainText(textOf(remembered(chat, heard, profile, draw))))

  const sure = (right: boolean): number =>
    luck.confidence < (right ? profile.doubtsRight : profile.doubtsWrong) ? 0.2 : 0.8
  const advised = adviceFor(heard, heeds)
  if (advised !== null) return { step: { does: 'call', call: advised }, confidence: sure(true) }
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

/** What is said in the order in which it was said, without what this turn does not see; the last two messages it always sees. */
function remembered(
  chat: Chat,
  heard: readonly ChatMessage[],
  profile: Profile,
  draw: () => number,
): readonly ChatMessage[] {
  const excess = promptTokens(chat) / profile.attendsTokens - 1
  const chance = Math.min(1, Math.max(0, excess) * profile.forgets)
  return heard.filter((message, i) => guides(message) || draw() >= chance || i >= heard.length - 2)
}

/** Advice is for the turn that follows it; what a plan begins with is done once. */
function adviceFor(heard: readonly ChatMessage[], heeds: (text: string) => boolean): Call | null {
  const lastTurn = heard.findLastIndex(({ role }) => role === 'assistant')
  const advice = advisedCall(
    plainText(textOf(heard.slice(lastTurn + 1).filter(({ role }) => role === 'user'))),
  )
  if (advice !== null) return advice
  const plan = textOf(heard.filter(({ role }) => role === 'system'))
  const first = advisedCall(plainText(plan))
  return first === null || wasMade(first, heard) || !heeds(plan) ? null : first
}

function textOf(messages: readonly ChatMessage[]): string {
  return messages.map(({ text }) => text).join('\n')
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
  return values.length > 0 && values.every((value) => guidance.includes(`"${value}"`))
}
