import { describe, expect, it } from 'vitest'
import { chunkText } from './chunk-text.ts'
import { outlineOf } from './outline.ts'

const terms = { chunkTokens: 400, overlapTokens: 40 }
const chapter = (n: number): string =>
  `# Title ${n}\n\nOpening ${n} of a chapter with some words. ${'And it goes on for a while, with secret-canary. '.repeat(8)}\n\n`
const text = [1, 2, 3].map(chapter).join('')
const chunks = chunkText(text, terms)

describe('an outline', () => {
  it('names each piece with its size, heading and first words, and quotes nothing behind these', () => {
    const outline = outlineOf(text, chunks, 'words')
    expect(outline).toMatch(/^c1 \| \d+ tokens \| Title 1 \| “Title 1 Opening 1 of a chapter with”$/m)
    expect(outline).not.toContain('secret-canary')
    expect(outline.split('\n')).toHaveLength(chunks.length)
  })

  it('shows headings alone, or sizes alone, where no more may be seen', () => {
    expect(outlineOf(text, chunks, 'headings')).toMatch(/^c1 \| \d+ tokens \| Title 1$/m)
    expect(outlineOf(text, chunks, 'sizes')).toMatch(/^(c\d+ \| \d+ tokens\n?)+$/)
  })

  it('is short, however long the document is', () => {
    const long = `${'# A heading that is quite long\n\nwords and words and words\n\n'.repeat(40)}`.repeat(400)
    const pieces = chunkText(long, terms)
    expect(pieces.length).toBeGreaterThan(1_000)
    const outline = outlineOf(long, pieces, 'words')
    expect(outline.split('\n').length).toBeLessThanOrEqual(160)
    expect(outline).toContain(`-c${pieces.length} |`)
    expect(outline.length).toBeLessThan(40_000)
  })

  it('has a line a piece, whatever headings and words are made of', () => {
    const odd = `# ${'x'.repeat(4_000)}\n\n\u2028${'y'.repeat(4_000)}\r\r\n`
    const pieces = chunkText(odd, terms)
    for (const line of outlineOf(odd, pieces, 'words').split(/[\n\r\u2028]/)) {
      expect(line).toMatch(/^c\d+ \| /)
      expect(line.length).toBeLessThan(200)
    }
  })

  it('of nothing is empty', () => {
    expect(outlineOf('', [], 'words')).toBe('')
  })
})
