/**
 * The other side of a supervised session: a tool-calling loop as anybody writes it, an executor that looks into one drawer
 * after the other, and a supervisor whose words are put into its mouth.
 */
import type OpenAI from 'openai'
import type { Answer } from '../../doubles/answer.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { price } from '../place/settings.ts'

type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam
type Body = { readonly messages: readonly Record<string, unknown>[]; readonly tools?: readonly unknown[] }

export const task = 'Find the key that lies in one of the drawers.'

const look = {
  type: 'function',
  function: {
    name: 'look',
    description: 'Looks into a drawer.',
    parameters: { type: 'object', properties: { at: { type: 'integer' } }, required: ['at'] },
  },
} as const

export type Said = {
  readonly text: string
  readonly headers: readonly Record<string, string | null>[]
  readonly ids: readonly string[]
  readonly messages: Message[]
}

const opening: readonly Message[] = [
  { role: 'system', content: 'You are careful.' },
  { role: 'user', content: task },
]

export type Working = {
  readonly stream?: boolean
  readonly headers?: Record<string, string>
  /** What each drawer holds. */
  readonly drawers?: string
  /** Turns. */
  readonly most?: number
  /** The conversation that it goes on with. @default the task */
  readonly messages?: readonly Message[]
}

/** Asks until no tool is called any more, and sends back what it was sent: nothing here is Nearside's. */
export async function work(
  openai: OpenAI,
  { stream = false, headers = {}, drawers = 'empty', most = 12, messages: before = opening }: Working = {},
): Promise<Said> {
  const messages: Message[] = [...before]
  const told: Record<string, string | null>[] = []
  const ids: string[] = []
  for (let turn = 0; turn < most; turn++) {
    const { message, response } = await (stream ? streamedTurn : wholeTurn)(openai, messages, headers)
    const names = ['supervision', 'session-id', 'tier', 'strategy', 'reason', 'degraded', 'cost']
    told.push(Object.fromEntries(names.map((name) => [name, response.headers.get(`x-nearside-${name}`)])))
    messages.push(message)
    const calls = message.tool_calls ?? []
    if (calls.length === 0) return { text: String(message.content), headers: told, ids, messages }
    for (const call of calls) {
      ids.push(call.id)
      messages.push({ role: 'tool', tool_call_id: call.id, content: drawers })
    }
  }
  return { text: '', headers: told, ids, messages }
}

type Assistant = OpenAI.Chat.Completions.ChatCompletionAssistantMessageParam
type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk
type Turn = { readonly message: Assistant; readonly response: Response; readonly chunks: readonly Chunk[] }

export async function wholeTurn(
  openai: OpenAI,
  messages: readonly Message[],
  headers: Record<string, string> = {},
): Promise<Turn> {
  const asked = { model: 'auto', messages: [...messages], tools: [look] }
  const { data, response } = await openai.chat.completions.create(asked, { headers }).withResponse()
  return { message: data.choices[0]!.message as Assistant, response, chunks: [] }
}

export async function streamedTurn(
  openai: OpenAI,
  messages: readonly Message[],
  headers: Record<string, string> = {},
): Promise<Turn> {
  const asked = {
    model: 'auto',
    messages: [...messages],
    tools: [look],
    stream: true as const,
    stream_options: { include_usage: true },
  }
  const { data, response } = await openai.chat.completions.create(asked, { headers }).withResponse()
  let content = ''
  const calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] = []
  const chunks: Chunk[] = []
  for await (const chunk of data) {
    const { choices } = chunk
    chunks.push(chunk)
    content += choices[0]?.delta.content ?? ''
    for (const piece of choices[0]?.delta.tool_calls ?? []) {
      calls[piece.index] ??= { id: piece.id ?? '', type: 'function', function: { name: '', arguments: '' } }
      const call = calls[piece.index]!
      call.function.name += piece.function?.name ?? ''
      call.function.arguments += piece.function?.arguments ?? ''
    }
  }
  return {
    message: { role: 'assistant', content, ...(calls.length > 0 ? { tool_calls: calls } : {}) },
    response,
    chunks,
  }
}

/** Looks into the next drawer until it has seen `last` of them, and then says where the key is. */
export function startExecutor(last: number): Promise<Frontier> {
  return startFrontier({
    answering(body) {
      const { messages } = body as Body
      const said = JSON.stringify(messages.findLast(({ role }) => role === 'assistant') ?? {})
      const seen = Number(/\\"at\\":(\d+)/.exec(said)?.[1] ?? 0)
      return seen >= last
        ? { pieces: [`The key is in drawer ${last}.`], usage: { promptTokens: 50, outputTokens: 9 } }
        : calling(seen + 1)
    },
  })
}

const calling = (at: number): Partial<Answer> => ({
  pieces: [],
  toolCalls: [{ id: `call_of_the_node_${at}`, name: 'look', pieces: ['{"at":', `${at}}`] }],
  finishReason: 'tool_calls',
  usage: { promptTokens: 50, outputTokens: 7 },
})

export type Supervisor = Frontier & {
  /** What it says to each question in turn, the last again and again. */
  says(...words: readonly (object | string)[]): void
  /** How often it was asked for a word. */
  words(): readonly Body[]
  /** What it was asked to do in the executor's place. */
  turns(): readonly Body[]
  /** What all that it has answered costs, in nano-dollars. */
  bill(): number
}

export async function startSupervisor(): Promise<Supervisor> {
  let script: (object | string)[] = [{ verdict: 'fine' }]
  let bill = 0
  let asked = 0
  const isQuestion = (body: unknown): boolean =>
    String((body as Body).messages[0]?.content).startsWith('You supervise')
  const frontier = await startFrontier({
    answering(body) {
      asked++
      // No two bills are alike.
      const usage = { promptTokens: 301 + asked * 7, outputTokens: 13 + asked * 3 }
      bill += usage.promptTokens * price.prompt + usage.outputTokens * price.output
      if (!isQuestion(body)) return { ...calling(9), usage }
      const word = (script.length > 1 ? script.shift() : script[0]) ?? ''
      return { pieces: [typeof word === 'string' ? word : JSON.stringify(word)], usage }
    },
  })
  const bodies = (questions: boolean): readonly Body[] =>
    frontier.requests.map(({ json }) => json as Body).filter((body) => isQuestion(body) === questions)
  return {
    ...frontier,
    says(...words) {
      script = [...words]
    },
    words: () => bodies(true),
    turns: () => bodies(false),
    bill: () => bill,
  }
}
