/**
 * What is found in the texts of one request, each text read once however often it stands there.
 *
 * Whoever asks how far the request may travel and whoever takes the findings out of it ask the same value, so that what was
 * counted is what is taken out.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { Detector, Finding } from '../personal-data/finding.ts'
import { changeTexts } from './request-texts.ts'

export type RequestFindings = {
  readonly texts: readonly string[]
  readonly any: boolean
  /** Of all texts, in no order that means anything. */
  readonly all: Iterable<readonly Finding[]>
  of(text: string, name: string): readonly Finding[]
}

export function findInRequest({ body }: Pick<ChatRequest, 'body'>, find: Detector): RequestFindings {
  const found = new Map<string, readonly Finding[]>()
  const texts: string[] = []
  changeTexts(body, (text, name) => {
    const known = `${name}: ${text}`
    if (!found.has(known)) {
      found.set(known, findingsOf(text, name, find))
      texts.push(text)
    }
    return text
  })
  return {
    texts,
    any: [...found.values()].some((findings) => findings.length > 0),
    all: [...found.values()],
    of: (text, name) => found.get(`${name}: ${text}`) ?? [],
  }
}

/** A value in JSON has its word in the member's name: `"password": "hunter2"`. */
function findingsOf(text: string, name: string, find: Detector): readonly Finding[] {
  if (name === '') return find(text)
  const before = `${name.replaceAll(/[_-]/g, ' ')}: `
  return find(before + text)
    .filter(({ start }) => start >= before.length)
    .map((finding) => ({
      ...finding,
      start: finding.start - before.length,
      end: finding.end - before.length,
    }))
}
