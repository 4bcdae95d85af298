/**
 * The one long document of a request, and the task that is to be done with it.
 *
 * The document is the longest text of a user, a message or one part of it; the task is what else the user wrote last. Where all came in
 * one text the short paragraphs at its two ends are the task, for that is where people put it. Without a task, or with one that is
 * itself long, there is nothing that could be asked of a piece.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonValue } from '../chat/json.ts'

export type FoundDocument = {
  readonly document: string
  readonly task: string
  /** What system and developer messages say. */
  readonly instructions: string
}

/** A text that is shorter is no document. */
const leastDocumentChars = 2_000
const mostTaskChars = 6_000
const mostEndChars = 800

export function findDocument(request: Pick<ChatRequest, 'body' | 'messages'>): FoundDocument | null {
  const said = textsOf(request)
  let longest: Said | null = null
  for (const each of said) {
    if (each.role === 'user' && each.text.length > (longest?.text.length ?? leastDocumentChars))
      longest = each
  }
  if (longest === null) return null
  const others = said.filter((each) => each !== longest)
  const instructions = joined(others.filter(({ role }) => role === 'system' || role === 'developer'))
  const spoken = others.filter(({ role }) => role === 'user' || role === 'assistant')
  const parted = spoken.some(({ role, text }) => role === 'user' && text.trim() !== '')
    ? { document: longest.text, task: conversation(spoken) }
    : taskAtTheEnds(longest.text)
  if (parted === null || parted.task.trim() === '') return null
  if (parted.document.length < leastDocumentChars) return null
  return parted.task.length + instructions.length > mostTaskChars ? null : { ...parted, instructions }
}

type Said = { readonly role: string; readonly text: string }

/** Each text by itself: a part of a message is often a file that somebody read in. */
function textsOf({ body, messages }: Pick<ChatRequest, 'body' | 'messages'>): readonly Said[] {
  const given = Array.isArray(body.messages) ? body.messages : []
  return messages.flatMap(({ role, text }, index): Said[] => {
    const message: JsonValue | undefined = given[index]
    const parts = isObject(message) && Array.isArray(message.content) ? message.content : null
    if (parts === null) return [{ role, text }]
    return parts.flatMap((part: JsonValue) =>
      isObject(part) && typeof part.text === 'string' ? [{ role, text: part.text }] : [],
    )
  })
}

function joined(said: readonly Said[]): string {
  return said.map(({ text }) => text.trim()).join('\n\n')
}

/** A question alone as it is; several turns with who said them, the newest last. */
function conversation(said: readonly Said[]): string {
  if (said.every(({ role }) => role === 'user')) return joined(said)
  return said.map(({ role, text }) => `${role}: ${text.trim()}`).join('\n\n')
}

/** A heading is where a document begins; what ends a text is a task where it asks, or where nothing came before. */
function taskAtTheEnds(text: string): Pick<FoundDocument, 'document' | 'task'> | null {
  const before = /^\s*[^\s#][\s\S]*?\n[ \t\r]*\n/u.exec(text.slice(0, mostEndChars))?.[0] ?? ''
  const trimmed = text.trimEnd()
  const end = trimmed.slice(-mostEndChars)
  const parting = [...end.matchAll(/\n[ \t\r]*\n/gu)].at(-1)
  const last = parting === undefined ? '' : end.slice(parting.index)
  const after = before === '' || /[?？؟]$/u.test(last) ? last : ''
  if (before === '' && after === '') return null
  return {
    document: text.slice(before.length, trimmed.length - after.length),
    task: `${before.trim()}\n\n${after.trim()}`.trim(),
  }
}

function isObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
