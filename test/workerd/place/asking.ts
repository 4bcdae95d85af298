/** Asks a gateway as the openai SDK does, and as a client below it. */
import OpenAI from 'openai'
import { chatRequest, connectRaw, type RawConnection } from '../../harness/raw.ts'
import type { Gateway } from './places.ts'

export const question = {
  model: 'auto',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'Prove that there is no largest prime.' }],
}
export const streamed = { ...question, stream: true as const }

/** What the answer of `test/doubles` says. */
export const answerText = 'The capital of France is Paris.'

export function openaiOf(gateway: Gateway, options: { readonly maxRetries?: number } = {}): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0, ...options })
}

/** A connection on which the question was asked, and nothing read yet. */
export async function askRaw(gateway: Gateway, body: unknown): Promise<RawConnection> {
  const { origin, pathname } = new URL(gateway.url)
  const connection = await connectRaw(origin)
  await connection.send(chatRequest(origin, body).replace('/v1/', `${pathname}/v1/`))
  return connection
}

/** The text of a streamed answer. */
export async function streamedText(gateway: Gateway): Promise<string> {
  let text = ''
  for await (const chunk of await openaiOf(gateway).chat.completions.create(streamed)) {
    text += chunk.choices[0]?.delta.content ?? ''
  }
  return text
}

export async function wholeText(gateway: Gateway): Promise<string> {
  const answer = await openaiOf(gateway).chat.completions.create(question)
  return answer.choices[0]?.message.content ?? ''
}
