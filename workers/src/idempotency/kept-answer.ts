/** An answer as it is kept for a repeat: the text that went to the caller, and what its headers said of it. */
import { NearsideError, responseHeaders as names } from '@nearside/core'

export type KeptAnswer = {
  readonly contentType: string
  /** Who answered and why. What it cost was paid once, and is not told again. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const told = [
  names.decision,
  names.tier,
  names.model,
  names.strategy,
  names.reason,
  names.confidence,
  names.degraded,
  names.ignored,
  names.session,
  names.sessionState,
  names.sessionId,
  names.supervision,
] as const

export function keptFrom(headers: Headers, text: string): KeptAnswer {
  const said = told.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return { contentType: headers.get('content-type') ?? '', headers: Object.fromEntries(said), text }
}

export function readKept(json: string): KeptAnswer {
  // It was sealed by this gateway, so nobody else can have written it.
  const value: unknown = JSON.parse(json)
  if (typeof value === 'object' && value !== null && 'text' in value) return value as KeptAnswer
  throw new NearsideError('store-failed', 'What is kept under this idempotency-key cannot be read.')
}

/** A stream is complete with its last event, which an upstream may write in its own way; a whole answer, with its last byte. */
export function isComplete(contentType: string, text: string): boolean {
  return (
    !contentType.startsWith('text/event-stream') || /^data: ?\[DONE\]\s*$/m.test(text.slice(-lastEventChars))
  )
}

const lastEventChars = 32
