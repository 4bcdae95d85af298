import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { cardPage } from './card.ts'
import { abstainWords, cardProvenance, cardPurpose, cardStyle, routingWords } from './card-words.ts'

const figures: Parameters<typeof cardPage>[0] = {
  model: { file: 'classifier.onnx.bin', sha256: 'f'.repeat(64), bytes: 3_040_000 },
  folds: {},
  abstain: [
    {
      source: 'mmlu',
      n: 100,
      abstains: 0.8,
      abstainsInDomain: 0.1,
      apgrOfAll: 0.6,
      apgrOfRest: null,
      restN: 20,
    },
  ],
  tasks: null,
}

it('explains every column of its tables, and lets wide ones move by themselves on a narrow screen', () => {
  const page = cardPage(figures)
  for (const [, cell = ''] of page.matchAll(/<th>(.*?)<\/th>/g)) {
    const explained = [...page.matchAll(/<dt>(.*?)<\/dt>/g)].map(([, term = '']) => term)
    const plain = ['set', 'n', 'rest', 'abstains in domain', 'APGR of the rest']
    const isExplained = explained.some((term) => cell.startsWith(term.split(',')[0]!) || term.includes(cell))
    expect(isExplained || plain.includes(cell), cell).toBe(true)
  }
  expect(page.match(/<table>/g)).toHaveLength(page.match(/<div class="wide"><table>/g)!.length)
  expect(page).toContain('name="viewport"')
})

it('is the page in docs, with the same words', () => {
  const page = readFileSync(new URL('../../../docs/classifier-card.html', import.meta.url), 'utf8')
  for (const words of [cardStyle, cardPurpose, cardProvenance, routingWords, abstainWords])
    expect(page).toContain(words)
})
