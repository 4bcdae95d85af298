/**
 * A frontier that judges: asked to compare two answers it says which it prefers, asked anything else it answers itself.
 *
 * @example
 * startFrontier({ answering: judging({ own: 'Paris.', prefers: () => 'tie' }) })
 */
import type { Answer } from './answer.ts'

export type Compared = { readonly conversation: unknown; readonly first: string; readonly second: string }

export type JudgingOptions = {
  /** What it answers itself. */
  readonly own: string
  /** What it says of two answers; a string that is no winner is said as it is. */
  readonly prefers: (compared: Compared) => 'first' | 'second' | 'tie' | { readonly text: string }
}

export function judging({ own, prefers }: JudgingOptions): (body: unknown) => Partial<Answer> | null {
  return (body) => {
    const compared = comparedIn(body)
    if (compared === null) return { pieces: [own] }
    const winner = prefers(compared)
    if (typeof winner !== 'string') return { pieces: [winner.text] }
    const grades = (good: boolean) => ({ correct: good ? 5 : 2, complete: 4, clear: 4 })
    const saying = { winner, first: grades(winner !== 'second'), second: grades(winner !== 'first') }
    return { pieces: [JSON.stringify(saying)] }
  }
}

/** What a request asks to be compared; null where it asks something else. */
export function comparedIn(body: unknown): Compared | null {
  const { messages } = body as { messages?: readonly { role: string; content: unknown }[] }
  const content = messages?.at(-1)?.content
  if (messages?.[0]?.role !== 'system' || typeof content !== 'string' || !content.startsWith('{')) return null
  const asked = JSON.parse(content) as Partial<Compared>
  return typeof asked.first === 'string' && typeof asked.second === 'string' ? (asked as Compared) : null
}
