/**
 * Holds the bound on a prompt's tokens against real tokenizers, request by request: how often it falls short, and by how
 * much it is too high where it does not.
 *
 * The truth is the larger of what OpenAI's two families make of the text, plus their framing of a chat: three tokens and a
 * role for each message, three before the answer.
 */
import { promptTokens, readChatRequest } from '@nearside/core'
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base'
import * as o200k from 'gpt-tokenizer/encoding/o200k_base'
import type { Sample } from './corpus.ts'

export type Count = {
  readonly sample: Sample
  readonly bound: number
  /** By the newer family alone, and by the one that makes more of it. */
  readonly newer: number
  readonly most: number
}

const framing = 7
/** Texts that name a tokenizer's own marks are counted as text, as an API does. */
const asText = { disallowedSpecial: new Set<string>() }

export function textCounts(text: string): { readonly newer: number; readonly most: number } {
  const newer = o200k.countTokens(text, asText)
  return { newer, most: Math.max(newer, cl100k.countTokens(text, asText)) }
}

export function countSample(sample: Sample): Count {
  const { newer, most } = textCounts(sample.text)
  const request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: sample.text }] })
  return { sample, bound: promptTokens(request), newer: newer + framing, most: most + framing }
}

export type Row = {
  readonly kind: string
  readonly texts: number
  /** Texts whose bound is below the truth, and the most that one is below, in tokens. */
  readonly below: number
  readonly shortBy: number
  /** Bound over truth. */
  readonly least: number
  readonly median: number
  readonly p95: number
  /** Bound over what the newer family alone makes of it. */
  readonly medianNewer: number
}

export function rowOf(kind: string, counts: readonly Count[]): Row {
  const ratios = counts.map(({ bound, most }) => bound / most).sort((one, other) => one - other)
  const newer = counts.map((count) => count.bound / count.newer).sort((one, other) => one - other)
  return {
    kind,
    texts: counts.length,
    below: counts.filter(({ bound, most }) => bound < most).length,
    shortBy: Math.max(0, ...counts.map(({ bound, most }) => most - bound)),
    least: quantile(ratios, 0),
    median: quantile(ratios, 0.5),
    p95: quantile(ratios, 0.95),
    medianNewer: quantile(newer, 0.5),
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
