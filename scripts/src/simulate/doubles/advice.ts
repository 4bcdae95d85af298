/** Advice as it stands in messages: what it says, and the call that it asks for, in words that minds write and read. */
import type { Call } from '../minds/mind.ts'
import type { ChatMessage } from './chat.ts'

const asked = /Do next: call (\w+) (\{.*?\})(?=\s|$)/g

/** The last call that the guidance asks for, or null. */
export function advisedCall(guidance: string): Call | null {
  const found = [...guidance.matchAll(asked)].at(-1)
  if (found === undefined) return null
  try {
    return { name: found[1] ?? '', given: JSON.parse(found[2] ?? '') as Call['given'] }
  } catch {
    return null
  }
}

/** Whether this very call was made in these messages. */
export function wasMade(call: Call, messages: readonly ChatMessage[]): boolean {
  const given = JSON.stringify(call.given)
  return messages.some(({ calls }) => calls.some((each) => each.name === call.name && each.given === given))
}
