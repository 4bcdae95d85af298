/**
 * A report of twelve chapters, of which the fifth says who signed it, and models that speak of it: a supervisor, which asks for chapters 4
 * to 6, and workers, which quote the line or abstain. Each chapter has a canary in its middle: a word that no outline shows.
 */
import type { Answer } from '../../doubles/answer.ts'

export const signature = 'The contract was signed by Ada Lovelace in Turin.'
export const canaries: readonly string[] = Array.from({ length: 12 }, (_, n) => `canary-${n + 1}-kestrel`)
export const task = 'Who signed the contract?'

const filler = 'The committee met again and agreed on nothing that would be worth a line here. '

export const report: string = canaries
  .map((canary, n) => {
    const said = n === 4 ? `${signature} ` : ''
    return `# Chapter ${n + 1}\n\n${filler.repeat(6)}${canary}. ${said}${filler.repeat(6)}\n\n`
  })
  .join('')

export const messages = [
  { role: 'user' as const, content: report },
  { role: 'user' as const, content: task },
]

export const jobs = { jobs: [{ question: 'Quote who signed the contract.', from: 4, to: 6 }] }

export type Saw = 'plan' | 'answer' | 'piece' | 'whole'

/** What a model was asked to do, by its prompt. */
export function seenBy(body: unknown): Saw {
  const text = JSON.stringify(body)
  if (text.includes('You supervise')) return 'plan'
  if (text.includes('<passages>')) return 'answer'
  return text.includes('<piece id=') ? 'piece' : 'whole'
}

export const usages = {
  plan: { promptTokens: 411, outputTokens: 37 },
  answer: { promptTokens: 203, outputTokens: 19 },
  piece: { promptTokens: 350, outputTokens: 12 },
  whole: { promptTokens: 5_000, outputTokens: 9 },
} as const

const inPieces = (text: string): readonly string[] => text.split(/(?<=[ [])/)

export const answerPieces: readonly string[] = inPieces('Ada Lovelace signed it [c5], in Turin [c9].')

/** A supervisor who sums up in `said`, one after the other. */
export function supervising(...said: readonly string[]): (body: unknown) => Partial<Answer> {
  const left = [...said]
  return (body) => {
    const saw = seenBy(body)
    if (saw === 'plan') return { pieces: [JSON.stringify(jobs)], usage: usages.plan }
    const text = left.length > 1 ? left.shift() : left[0]
    return { pieces: text === undefined ? answerPieces : inPieces(text), usage: usages[saw] }
  }
}

/** A small model: it reads pieces, and sums up where it is asked to. */
export function working(body: unknown): Partial<Answer> {
  const saw = seenBy(body)
  if (saw === 'answer') return { pieces: ['Ada, says a node [c5].'], usage: usages.answer }
  const found = JSON.stringify(body).includes(signature)
  return { pieces: [found ? `“${signature}”` : 'NONE'], usage: usages.piece }
}
