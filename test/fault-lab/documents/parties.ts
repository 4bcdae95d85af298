/**
 * Who reads a long document: a report of twelve chapters of which the fifth says who signed it, nodes that quote the line or
 * abstain, and a supervisor that asks about three of the pieces and sums up.
 */
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { price } from '../../workerd/place/settings.ts'
import type { FrontierDoes } from '../faults.ts'
import { nodeRefusal, type Says } from '../lab-node.ts'
import { scriptOf } from '../play.ts'
import type { DocumentFault } from './faults.ts'

export const task = 'Who signed the contract?'
export const nodeSum = 'It was signed, says a node [c5].'

const filler = 'The committee met again and agreed on nothing that would be worth a line here. '

/** `canary` stands in each chapter with its number, where no outline shows it; `signer` in the fifth alone. */
export function reportOf(canary: string, signer: string): string {
  return Array.from({ length: 12 }, (_, n) => {
    const said = n === 4 ? `The contract was signed by ${signer} in Turin. ` : ''
    return `# Chapter ${n + 1}\n\n${filler.repeat(6)}${canary}-${n + 1}. ${said}${filler.repeat(6)}\n\n`
  }).join('')
}

export type Saw = 'plan' | 'answer' | 'piece' | 'whole'

export function seenBy(body: unknown): Saw {
  const text = JSON.stringify(body ?? null)
  if (text.includes('You supervise')) return 'plan'
  if (text.includes('<passages>')) return 'answer'
  return text.includes('<piece id=') ? 'piece' : 'whole'
}

export function isFourthPiece(body: unknown): boolean {
  return JSON.stringify(body ?? null).includes('<piece id=\\"c4\\"')
}

/** Quotes the line where it stands in the piece, and sums up where that is asked. */
export function reads(findsNothing: boolean): Says {
  return (body) => {
    if (seenBy(body) === 'answer') return { text: nodeSum }
    const text = JSON.stringify(body)
    const line = /The contract was signed by .{1,60}? in Turin\./.exec(text)?.[0]
    return { text: line === undefined || findsNothing ? 'NONE' : `"${line}"` }
  }
}

export type Reader = Frontier & {
  /** What each answer that came whole costs, in nano-dollars. */
  readonly bills: readonly number[]
}

const sound: readonly string[] = [
  'answers',
  'is slow to begin',
  'fails once',
] satisfies readonly FrontierDoes[]

/** `plans` is how often it is asked for a plan, and does there what it does there. */
export async function startReader(does: DocumentFault, plans: number): Promise<Reader> {
  const bills: number[] = []
  const queue: FrontierDoes[] = []
  let answers = 0
  const standing = isSaid(does.answer) ? 'answers' : (does.answer as FrontierDoes)
  const frontier = await startFrontier({
    answering(body) {
      const doing = queue.shift() ?? standing
      const saw = seenBy(body)
      // No two bills are alike, and of a cap for the plan none leaves enough for an answer.
      const usage = { promptTokens: 2_500 + bills.length, outputTokens: 25 + bills.length }
      if (sound.includes(doing))
        bills.push(usage.promptTokens * price.prompt + usage.outputTokens * price.output)
      if (saw === 'plan') return { pieces: [planFor(does.plan)], usage }
      if (saw === 'answer' && sound.includes(doing)) answers++
      return {
        pieces: inPieces(saw === 'whole' ? 'Read as a whole.' : answerFor(does.answer, answers, body)),
        usage,
      }
    },
  })
  const next = (what: FrontierDoes): void => {
    queue.push(what)
    frontier.next(scriptOf(what))
  }
  const plan = isSaid(does.plan) ? 'answers' : (does.plan as FrontierDoes)
  // What fails once answers at the next attempt.
  for (let n = 0; n < plans; n++) next(plan !== 'fails once' ? plan : n === 0 ? 'fails' : 'answers')
  if (standing === 'fails once') next('fails')
  frontier.always(scriptOf(standing === 'fails once' ? 'answers' : standing))
  return { ...frontier, bills }
}

function isSaid(what: string): boolean {
  return what in saidPlans || what.startsWith('asks once more') || what === 'asks for ever'
}

const asking = (question: string, from: number, to: number) => ({ question, from, to })
const good = { jobs: [asking('Quote who signed the contract.', 4, 6)] }
const more = JSON.stringify({ jobs: [asking('Where was it signed?', 5, 5)] })

const saidPlans: Readonly<Record<string, string>> = {
  'refuses in words': nodeRefusal,
  'speaks nonsense': 'I would ask about chapter five.',
  'is cut short': JSON.stringify(good).slice(0, -4),
  'asks nothing': '{"jobs":[]}',
  'asks for pieces that are not there': JSON.stringify({ jobs: [asking('Who?', 99, 100)] }),
  'asks too much': JSON.stringify({
    jobs: Array.from({ length: 40 }, (_, n) => asking(`Quote who signed it, part ${n}.`, 4, 6)),
  }),
}

function planFor(plan: DocumentFault['plan']): string {
  return saidPlans[plan] ?? JSON.stringify(good)
}

function answerFor(answer: DocumentFault['answer'], number: number, body: unknown): string {
  if (answer === 'asks for ever' || (answer === 'asks once more' && number === 1)) return more
  if (answer === 'asks once more, in broken words' && number === 1) return '{"jobs": [{"question": }'
  const signer = /signed by (.{1,60}?) in Turin/.exec(JSON.stringify(body))?.[1] ?? 'Nobody'
  return `${signer} signed it [c5], in Turin [c9].`
}

const inPieces = (text: string): readonly string[] => text.split(/(?<=[ [_@])/)
