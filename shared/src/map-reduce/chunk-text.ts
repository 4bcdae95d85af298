/**
 * Cuts a document into pieces that a small model can read, along its own structure.
 *
 * Pieces are filled with whole blocks; a chapter begins a new piece where the one before is half full, and a heading goes
 * with what stands below it. Only a paragraph that is longer than a piece is cut, at the ends of its sentences where it has
 * any, and the next piece then repeats a little of the one before, since a sentence may need the last. Every character belongs to exactly
 * one piece, in the document's order. Time grows with the text and not faster.
 */
import { textTokens } from '../signals/prompt-tokens.ts'
import { type Block, blocksOf } from './blocks.ts'
import { clipped } from './clip.ts'

export type Chunk = {
  /** From 1: it is called c1. */
  readonly id: number
  readonly start: number
  readonly end: number
  /** Where its text begins to be read: before `start` where it repeats the end of the piece before. */
  readonly readFrom: number
  /** An upper count, with what it repeats. */
  readonly tokens: number
  /** The heading that it begins with, or lies under; empty where there is none. */
  readonly heading: string
}

export type ChunkTerms = { readonly chunkTokens: number; readonly overlapTokens: number }

/** A run of the text that is not cut any further. */
type Part = {
  readonly start: number
  readonly end: number
  readonly tokens: number
  /** Null where it goes on from the part before. */
  readonly block: Block | null
  /** It may be repeated: it was cut out of running text. */
  readonly repeats: boolean
}

export function chunkText(text: string, { chunkTokens, overlapTokens }: ChunkTerms): Chunk[] {
  const chunks: Chunk[] = []
  let parts: Part[] = []
  let overlap: { readonly from: number; readonly tokens: number } | null = null
  let tokens = 0
  let under = ''

  const close = (): void => {
    const [first] = parts
    const last = parts.at(-1)
    if (first === undefined || last === undefined) return
    const heading = parts.find(({ block }) => block !== null && block.heading !== null)?.block?.heading
    const own = first.block?.heading ?? (under === '' ? heading : under) ?? ''
    const readFrom = overlap?.from ?? first.start
    chunks.push({
      id: chunks.length + 1,
      start: first.start,
      end: last.end,
      readFrom,
      tokens,
      heading: clipped(own, 80),
    })
    for (const { block } of parts) under = block?.heading ?? under
    parts = []
    overlap = null
    tokens = 0
  }

  for (const block of blocksOf(text)) {
    for (const part of partsOf(text, block, chunkTokens)) {
      const chapter = part.block !== null && part.block.heading !== null && tokens >= chunkTokens / 2
      if (parts.length > 0 && (chapter || tokens + part.tokens > chunkTokens)) {
        const repeated: ReturnType<typeof endOf> =
          part.block === null && part.repeats ? endOf(parts, overlapTokens) : null
        close()
        // What is repeated must leave room for what is new.
        if (repeated !== null && repeated.tokens + part.tokens <= chunkTokens) {
          overlap = repeated
          tokens = repeated.tokens
        }
      }
      parts.push(part)
      tokens += part.tokens
    }
  }
  close()
  return chunks
}

/** The whole block, or where it is too long the runs that it is cut into. */
function partsOf(text: string, block: Block, chunkTokens: number): readonly Part[] {
  const tokens = textTokens(text.slice(block.start, block.end))
  if (tokens <= chunkTokens) return [{ ...range(block), tokens, block, repeats: false }]
  // No character has more than four tokens by the count, so that no run is longer than a piece.
  const most = Math.max(16, Math.min(320, Math.floor(chunkTokens / 4)))
  const parts: Part[] = []
  for (let start = block.start; start < block.end; ) {
    const end = cutAt(text, start, Math.min(block.end, start + most), block)
    parts.push({
      start,
      end,
      tokens: textTokens(text.slice(start, end)),
      block: start === block.start ? block : null,
      repeats: block.kind === 'prose',
    })
    start = end
  }
  return parts
}

function range({ start, end }: Block): { readonly start: number; readonly end: number } {
  return { start, end }
}

/** The last good place to cut before `limit`: a line's end in code, a sentence's in prose, else a space, else any character. */
function cutAt(text: string, start: number, limit: number, { kind, end }: Block): number {
  if (limit >= end) return end
  const window = text.slice(start, limit)
  const line = window.lastIndexOf('\n') + 1
  if (kind === 'code' && line > 0) return start + line
  let sentence = 0
  for (const { index, 0: found } of window.matchAll(sentenceEnd)) sentence = index + found.length
  if (sentence > window.length / 3) return start + sentence
  if (line > window.length / 3) return start + line
  const space = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\t')) + 1
  if (space > 0) return start + space
  return isInsideCharacter(text, limit) ? limit - 1 : limit
}

const sentenceEnd = /[.!?…]["'”’)\]]{0,2}\s|[。！？；]["'”’」』）]{0,2}|[।۔؟]\s?/gu

function isInsideCharacter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** The end of a piece, as much of it as may be repeated; null where even its last part is too long for that. */
function endOf(
  parts: readonly Part[],
  overlapTokens: number,
): { readonly from: number; readonly tokens: number } | null {
  let found: { readonly from: number; readonly tokens: number } | null = null
  let tokens = 0
  for (const part of parts.toReversed()) {
    tokens += part.tokens
    if (!part.repeats || tokens > overlapTokens) break
    found = { from: part.start, tokens }
  }
  return found
}
