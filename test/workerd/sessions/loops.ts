/** The client's own loop of tools at a gateway, and which tier has answered each turn of it. */
import OpenAI from 'openai'
import type { Gateway } from '../place/places.ts'

export const easy = 'Rewrite this politely: go away.'
export const hard = 'Prove by induction that the theorem holds, and derive the polynomial.'

export type Loop = {
  readonly text: string | null
  readonly cities: readonly string[]
  /** Of each turn: tier, reason, degradation. */
  readonly turns: readonly (readonly (string | null)[])[]
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[]
}

export type Client = { readonly openai: OpenAI; readonly turns: (readonly (string | null)[])[] }

export function clientOf(gateway: Gateway, headers: Record<string, string> = {}): Client {
  const turns: (readonly (string | null)[])[] = []
  const openai = new OpenAI({
    baseURL: `${gateway.url}/v1`,
    apiKey: 'any',
    maxRetries: 0,
    defaultHeaders: headers,
    async fetch(input, init) {
      const response = await fetch(input, init)
      turns.push(['tier', 'reason', 'degraded'].map((name) => response.headers.get(`x-nearside-${name}`)))
      return response
    },
  })
  return { openai, turns }
}

export async function runLoop(gateway: Gateway, question: string, stream: boolean): Promise<Loop> {
  const { openai, turns } = clientOf(gateway)
  const cities: string[] = []
  const asked = {
    model: 'auto',
    messages: [{ role: 'user' as const, content: question }],
    tools: [
      {
        type: 'function' as const,
        function: {
          name: 'get_weather',
          description: 'The weather',
          parameters: { type: 'object' as const, properties: { city: { type: 'string' as const } } },
          parse: (text: string) => JSON.parse(text) as { city: string },
          function({ city }: { city: string }): string {
            cities.push(city)
            return `Prove why it rains in ${city}, by induction.`
          },
        },
      },
    ],
  }
  const runner = stream
    ? openai.chat.completions.runTools({ ...asked, stream })
    : openai.chat.completions.runTools(asked)
  const text = await runner.finalContent()
  return { text, cities, turns, messages: runner.messages }
}

export function idsIn(messages: Loop['messages']): readonly string[] {
  return messages.flatMap((message) =>
    message.role === 'tool'
      ? [message.tool_call_id]
      : message.role === 'assistant'
        ? (message.tool_calls ?? []).map(({ id }) => id)
        : [],
  )
}
