/**
 * A request without the personal data in it, and the key that puts it back into the answer.
 *
 * Every text that a model would read is redacted (`request-texts` says which). First all texts are read, then all are written: a
 * name found in the last message is taken out of the first.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { Detector } from '../personal-data/finding.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { findInRequest, type RequestFindings } from './find-in-request.ts'
import { redactFindings, repeatsIn, repeatsOf } from './redact-text.ts'
import { codesIn, draftKey, type RedactionKey } from './redaction-key.ts'
import { changeTexts } from './request-texts.ts'
import { type AnswerRestorer, answerRestorer } from './restore-answer.ts'

export type Redacted = {
  readonly request: ChatRequest
  readonly key: RedactionKey
  /** What it was made of. */
  readonly source: ChatRequest
  /** Puts the values back into an answer to it: it comes with what was redacted, so that nobody else has to load it. */
  readonly restorer: (responseFormat: ChatRequest['responseFormat']) => AnswerRestorer
}

/** `find` is what finds: `detect`, or `detect` with the learned names. */
export function redact(request: ChatRequest, find: Detector): Redacted {
  return redactFound(request, findInRequest(request, find))
}

/** The same, where somebody has looked already. */
export function redactFound(request: ChatRequest, found: RequestFindings): Redacted {
  if (!found.any) return redacted(request, request, { values: new Map() })
  const codes = codesIn(found.texts)
  const draft = draftKey((code) => codes.has(code) || codes.has(code.slice(0, 3)))
  changeTexts(request.body, (text, name) => {
    redactFindings(text, found.of(text, name), draft)
    return text
  })
  const repeats = repeatsOf(draft)
  const body = changeTexts(request.body, (text, name) =>
    redactFindings(text, repeatsIn(text, found.of(text, name), repeats), draft),
  )
  return redacted(readChatRequest(body), request, draft.key)
}

function redacted(request: ChatRequest, source: ChatRequest, key: RedactionKey): Redacted {
  return { request, key, source, restorer: (responseFormat) => answerRestorer(key, responseFormat) }
}
