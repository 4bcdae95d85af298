import { describe, expect, it } from 'vitest'
import { textTokens } from '../signals/prompt-tokens.ts'
import { type Chunk, chunkText } from './chunk-text.ts'

const terms = { chunkTokens: 400, overlapTokens: 60 }
const sentence = 'The committee met on a rainy Tuesday and agreed on nothing at all. '

/** A linear congruence: the same texts in every run. */
function randomly(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const shards: readonly string[] = [
  '# A heading\n',
  'Underlined\n==========\n',
  '\n\n',
  '- an item of a list\n',
  '1. a numbered item\n',
  '```js\nconst x = 1\n',
  '```\n',
  '~~~\n',
  'word ',
  sentence.repeat(12),
  '\r\n',
  '\t',
  '本報告書は昨年度の成果を述べる。次年度の計画も示す。'.repeat(20),
  'هذا تقرير طويل جدا. '.repeat(30),
  '👩‍👩‍👧‍👦🇩🇪'.repeat(60),
  'x'.repeat(900),
  '\ud800',
  '\0',
  '   ',
]

function expectWhole(text: string, chunks: readonly Chunk[], { chunkTokens, overlapTokens } = terms): void {
  let at = 0
  for (const [index, chunk] of chunks.entries()) {
    expect(chunk.id).toBe(index + 1)
    expect(chunk.start).toBe(at)
    expect(chunk.end).toBeGreaterThan(chunk.start)
    expect(chunk.readFrom).toBeLessThanOrEqual(chunk.start)
    expect(chunk.tokens).toBeLessThanOrEqual(chunkTokens)
    expect(textTokens(text.slice(chunk.readFrom, chunk.start))).toBeLessThanOrEqual(overlapTokens * 1.1)
    at = chunk.end
  }
  expect(at).toBe(text.length)
}

describe('a document in pieces', () => {
  it('has every character in exactly one piece, in its order, whatever it is made of', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomly(seed * 7_919)
      let text = ''
      for (let count = Math.floor(random() * 40); count > 0; count--) {
        text += shards[Math.floor(random() * shards.length)] ?? ''
      }
      expectWhole(text, chunkText(text, terms))
    }
  })

  it('is none where there is no text, and one where it is short', () => {
    expect(chunkText('', terms)).toEqual([])
    expect(chunkText('One line.', terms)).toMatchObject([
      { id: 1, start: 0, end: 9, readFrom: 0, heading: '' },
    ])
  })

  it('begins a chapter with its heading, and never ends with one', () => {
    const text = [1, 2, 3, 4].map((n) => `## Chapter ${n}\n\n${sentence.repeat(16)}\n\n`).join('')
    const chunks = chunkText(text, terms)
    expect(chunks.map(({ heading }) => heading)).toEqual(['Chapter 1', 'Chapter 2', 'Chapter 3', 'Chapter 4'])
    for (const { start, end } of chunks) {
      expect(text.slice(start, end)).toMatch(/^## Chapter/)
      expect(text.slice(start, end).trimEnd()).toMatch(/all\.$/)
    }
  })

  it('names the heading that a piece lies under, where it has none of its own', () => {
    const chunks = chunkText(`# Finances\n\n${sentence.repeat(60)}`, terms)
    expect(chunks.length).toBeGreaterThan(2)
    expect(chunks.every(({ heading }) => heading === 'Finances')).toBe(true)
  })

  it('repeats the end of a piece only where a paragraph was cut, at a sentence', () => {
    const paragraphs = `${sentence.repeat(4)}\n\n`.repeat(12)
    expect(chunkText(paragraphs, terms).every(({ start, readFrom }) => start === readFrom)).toBe(true)
    const one = sentence.repeat(48)
    const chunks = chunkText(one, terms)
    for (const { start, readFrom } of chunks.slice(1)) {
      expect(readFrom).toBeLessThan(start)
      expect(one.slice(start)).toMatch(/^The committee/)
      expect(one.slice(readFrom)).toMatch(/^The committee/)
    }
  })

  it('keeps a fence of code whole where it fits, and cuts it at lines without repeating any where it does not', () => {
    const short = `${sentence.repeat(6)}\n\n\`\`\`\n${'let a = 1\n'.repeat(20)}\`\`\`\n\n${sentence.repeat(6)}`
    const held = chunkText(short, terms).filter(({ start, end }) => short.slice(start, end).includes('let a'))
    expect(held).toHaveLength(1)
    const long = `\`\`\`\n# no heading\n${'const value = compute(1, 2)\n'.repeat(200)}\`\`\`\n`
    for (const { start, readFrom, heading } of chunkText(long, terms)) {
      expect(readFrom).toBe(start)
      expect(heading).toBe('')
      if (start > 0) expect(long.charAt(start - 1)).toBe('\n')
    }
  })

  it('cuts a list between its items', () => {
    const text = Array.from({ length: 40 }, (_, n) => `- item ${n}: ${sentence}\n`).join('')
    for (const { start } of chunkText(text, terms)) expect(text.slice(start)).toMatch(/^- item/)
  })

  it('cuts what has neither spaces nor sentences, and no character in two', () => {
    const text = '𝔘𝔫𝔦'.repeat(3_000)
    for (const { start } of chunkText(text, terms)) {
      expect(text.charCodeAt(start)).toBeGreaterThanOrEqual(0xd800)
      expect(text.charCodeAt(start)).toBeLessThan(0xdc00)
    }
  })

  it.each([
    ['headings', '# a\n'],
    ['headings with a word each', '# a\nx\n'],
    ['blank lines', '\n'],
    ['open fences', '```\n'],
    ['items', '- \n- a\n'],
    ['half a citation', '[c'],
    ['sentence ends', '.!?。'],
    ['spaces', ' '],
    ['underlines', 'a\n===\n'],
    ['one long line', 'abc '],
    ['emoji', '👩‍👧'],
  ])('TRUST 34: of eight megabytes of %s is made in one pass', (_, shard) => {
    // The limit of the test is the measure: what grows with the square would take hours.
    const text = shard.repeat(Math.ceil((8 * 1024 * 1024) / shard.length))
    const chunks = chunkText(text, { chunkTokens: 1_500, overlapTokens: 100 })
    expect(chunks.at(-1)?.end).toBe(text.length)
    expect(chunks.every(({ start }, index) => start === (chunks[index - 1]?.end ?? 0))).toBe(true)
  })
})
