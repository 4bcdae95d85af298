/**
 * Whether two answers say the same.
 *
 * Where an answer has one right form (a tool call, JSON, a letter, a number, yes or no) the forms are compared and nothing
 * else: two texts of the same words around another number do not agree. Where it has none, the texts are as alike as their
 * vectors: the classifier's where it is at hand, else counts of their letter triples.
 */
import type { Choice } from '../chat/chat-event.ts'
import type { JsonValue } from '../chat/json.ts'
import { sameJson } from '../json-schema/same-json.ts'
import { answerForm } from './answer-form.ts'
import { likeness, type VectorOf } from './likeness.ts'

export type Agreement = {
  readonly agreed: boolean
  /** From 0 to 1; of forms, either. */
  readonly score: number
  readonly by: 'tool-calls' | 'json' | 'choice' | 'number' | 'yes-or-no' | 'text' | 'likeness'
}

export type Said = Pick<Choice, 'text' | 'toolCalls'>

/** How alike the answers are, choice by choice; of several, the two that agree least. */
export function agreementOf(
  ours: readonly Said[],
  theirs: readonly Said[],
  alikeFrom: number,
  vectorOf: VectorOf | null = null,
): Agreement {
  let least: Agreement = exactly('text', ours.length === theirs.length && ours.length > 0)
  for (const [position, one] of ours.entries()) {
    const other = theirs[position]
    if (other === undefined) break
    const agreement = between(one, other, alikeFrom, vectorOf)
    if (position === 0 || agreement.score < least.score) least = least.agreed ? agreement : least
  }
  return least
}

function between(one: Said, other: Said, alikeFrom: number, vectorOf: VectorOf | null): Agreement {
  if (one.toolCalls.length > 0 || other.toolCalls.length > 0) {
    return exactly('tool-calls', sameJson(callsOf(one), callsOf(other)))
  }
  const [ours, theirs] = [answerForm(one.text), answerForm(other.text)]
  if (ours !== null && theirs !== null && ours.kind === theirs.kind) {
    return exactly(ours.kind, sameJson(ours.value, theirs.value))
  }
  if (plainText(one.text) === plainText(other.text)) return exactly('text', true)
  const score = likeness(one.text, other.text, vectorOf)
  return { agreed: score >= alikeFrom, score, by: 'likeness' }
}

function exactly(by: Agreement['by'], agreed: boolean): Agreement {
  return { agreed, score: agreed ? 1 : 0, by }
}

function callsOf({ toolCalls }: Said): JsonValue {
  return toolCalls.map((call) => ({ name: call.name, arguments: parsedOr(call.arguments) }))
}

function parsedOr(text: string): JsonValue {
  try {
    return JSON.parse(text === '' ? '{}' : text) as JsonValue
  } catch {
    return text
  }
}

/** Case, blanks and the marks between words mean nothing. */
function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
