/** A model that answers as it is told, writes down what it was asked and what that costs by its own count, and can fail. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Asked = { readonly prompt: string; readonly body: string }

export type ModelDouble = {
  readonly url: string
  readonly asked: Asked[]
  /** In nano-dollars, of every call that came. */
  charged(): number
  close(): Promise<void>
}

export type Said = { readonly text: string; readonly confidence?: number; readonly status?: number }

export const promptTokens = 20
export const outputTokens = 10

export async function startModel(
  rates: { readonly prompt: number; readonly output: number },
  answer: (prompt: string, count: number) => Said,
): Promise<ModelDouble> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const bytes of request) body += String(bytes)
    const { messages } = JSON.parse(body) as { messages: readonly { content: string }[] }
    const prompt = messages.at(-1)?.content ?? ''
    asked.push({ prompt, body })
    const { text, confidence, status = 200 } = answer(prompt, asked.length)
    const told = {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'double',
      choices: [
        { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop', logprobs: null },
      ],
      usage: { prompt_tokens: promptTokens, completion_tokens: outputTokens, total_tokens: 30 },
      ...(confidence === undefined ? {} : { nearside: { confidence, joules: 3 } }),
    }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(status === 200 ? told : { error: { message: 'no' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    charged: () => asked.length * (promptTokens * rates.prompt + outputTokens * rates.output),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
