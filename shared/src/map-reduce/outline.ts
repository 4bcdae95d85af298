/**
 * What a supervisor sees of a document: for each piece its size, the heading over it and its first words, or less of
 * that where less may be shown. A long document has several pieces to a line, so that an outline is never long.
 */
import type { Chunk } from './chunk-text.ts'
import { clipped } from './clip.ts'

export const outlineDetails = ['words', 'headings', 'sizes'] as const
export type OutlineDetail = (typeof outlineDetails)[number]

const mostLines = 160
const mostWords = 8
const wordChars = 56

export function outlineOf(text: string, chunks: readonly Chunk[], detail: OutlineDetail): string {
  const each = Math.ceil(chunks.length / mostLines)
  const lines: string[] = []
  for (let at = 0; at < chunks.length; at += each) {
    const group = chunks.slice(at, at + each)
    const [first] = group
    const last = group.at(-1)
    if (first === undefined || last === undefined) break
    const name = first === last ? `c${first.id}` : `c${first.id}-c${last.id}`
    const size = group.reduce((sum, { tokens }) => sum + tokens, 0)
    const heading = detail === 'sizes' || first.heading === '' ? [] : [oneLine(first.heading, 80)]
    const words = detail === 'words' ? [`“${firstWords(text, first)}”`] : []
    lines.push([name, `${size} tokens`, ...heading, ...words].join(' | '))
  }
  return lines.join('\n')
}

function firstWords(text: string, { start, end }: Chunk): string {
  const head = text.slice(start, Math.min(end, start + 400)).replace(/^[\s#>*+-]+/u, '')
  return clipped(oneLine(head, 400).split(' ').slice(0, mostWords).join(' '), wordChars)
}

function oneLine(text: string, mostChars: number): string {
  return clipped(text.replace(/\s+/gu, ' ').trim(), mostChars)
}
