/**
 * Who plays in a session: a plain tool-calling loop that knows nothing of the gateway, an executor that looks into two drawers,
 * and a supervisor that finds words and keeps its own bill.
 */
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { price } from '../../workerd/place/settings.ts'
import { cutText, nodeRefusal, type Says } from '../lab-node.ts'
import { script } from '../play.ts'
import type { SupervisorDoes, SupervisorSays } from './faults.ts'

type Message = { readonly role: string; readonly content?: unknown; readonly tool_calls?: unknown }
type Body = { readonly messages: readonly Message[] }

export const finalText = 'The key is in drawer 2.'
export const advice = 'Look at the label of the drawer first.'
export const plan = '1. Look into each drawer. 2. Say where the key is.'
export const summary = 'Drawers 1 and 2 were opened.'

export const tools = [
  {
    type: 'function',
    function: {
      name: 'look',
      description: 'Looks into a drawer.',
      parameters: { type: 'object', properties: { at: { type: 'integer' } }, required: ['at'] },
    },
  },
] as const

/** The drawer after the last one that was looked into, or the end. */
export const works: Says = (body) => {
  const calls = (body as Body).messages.flatMap(({ tool_calls }) => (tool_calls ?? []) as unknown[])
  const last = /\\"at\\":(\d)/.exec(JSON.stringify(calls.at(-1) ?? null))?.[1]
  const next = Number(last ?? 0) + 1
  return next > 2 ? { text: finalText } : { text: '', call: { name: 'look', arguments: `{"at":${next}}` } }
}

export function isQuestion(body: unknown): boolean {
  return String((body as Body).messages[0]?.content).startsWith('You supervise')
}

export type Supervisor = Frontier & {
  does(what: SupervisorDoes): void
  /** What each answer that came whole costs, in nano-dollars. */
  readonly bills: readonly number[]
}

const finding: readonly SupervisorDoes[] = [
  'refuses in words',
  'speaks nonsense',
  'is cut short',
  'says what it was not asked',
  'says too much',
  'takes over',
  'takes over, and fails',
  'is never content',
] satisfies readonly SupervisorSays[]

const sound: readonly SupervisorDoes[] = ['answers', 'is slow to begin', 'fails once', ...finding]

export async function startSupervisor(): Promise<Supervisor> {
  let does: SupervisorDoes = 'answers'
  let failures = 0
  const bills: number[] = []
  const failsAtTurn = (body: unknown): boolean => does === 'takes over, and fails' && !isQuestion(body)
  const frontier = await startFrontier({
    answering(body) {
      // No two bills are alike, and of a cap for one word none leaves enough for a second.
      const usage = { promptTokens: 900 + bills.length, outputTokens: 20 + bills.length }
      const isBilled = sound.includes(does) && failures === 0 && !failsAtTurn(body)
      failures = Math.max(0, failures - 1)
      if (isBilled) bills.push(usage.promptTokens * price.prompt + usage.outputTokens * price.output)
      if (isQuestion(body))
        return { pieces: [wordFor(body as Body, does)], usage, finishReason: reasonOf(does) }
      const { text, call } = works(body)
      const called =
        call === undefined ? [] : [{ id: 'call_of_the_frontier', name: call.name, pieces: [call.arguments] }]
      return { pieces: text === '' ? [] : [text], toolCalls: called, usage }
    },
  })
  return {
    ...frontier,
    bills,
    does(what) {
      does = what
      if (what === 'fails once') failures = 1
      if (what === 'takes over, and fails') {
        frontier.next({})
        frontier.always({ fault: 'status', status: 500 })
      } else script(frontier, finding.includes(what) ? 'answers' : (what as 'answers'))
    },
  }
}

function reasonOf(does: SupervisorDoes): string {
  return does === 'is cut short' ? 'length' : 'stop'
}

function wordFor({ messages }: Body, does: SupervisorDoes): string {
  const [asked, shown] = messages.map(({ content }) => String(content)) as [string, string]
  const may = (verdict: string): boolean => asked.includes(`{"verdict":"${verdict}"`)
  const word = may('plan')
    ? { verdict: 'plan', plan }
    : may('advice')
      ? { verdict: 'advice', advice }
      : shown.includes('"unseen_answer"')
        ? { verdict: 'accept' }
        : { verdict: 'fine' }
  switch (does) {
    case 'refuses in words':
      return nodeRefusal
    case 'speaks nonsense':
      return 'It does well, I would say: {"verdict":"fine"}!'
    case 'is cut short':
      return JSON.stringify(word).slice(0, -4)
    case 'says what it was not asked':
      return '{"verdict":"shut-down"}'
    case 'says too much':
      return JSON.stringify({ verdict: 'advice', advice: 'on and on '.repeat(1_000) })
    case 'takes over':
    case 'takes over, and fails':
      return '{"verdict":"take-over"}'
    case 'is never content':
      return JSON.stringify({ verdict: 'replan', plan: '1. Begin again.', summary })
    default:
      // A refusal of the executor's is no end.
      return (shown.includes(nodeRefusal.slice(0, 9)) || shown.includes(cutText)) && may('replan')
        ? JSON.stringify({ verdict: 'replan', plan: '1. Begin again.', summary })
        : JSON.stringify(word)
  }
}
