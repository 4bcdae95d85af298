/**
 * An OpenAI-compatible upstream that keeps only sums, so that it can answer for ten minutes and be no heavier: what it billed, by
 * usage, and how many connections are open. One request in twenty (by its `user`, a number) is a 500 when it first comes.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type CountingUpstream = {
  readonly url: string
  billed(): { readonly promptTokens: number; readonly outputTokens: number; readonly answers: number }
  connections(): number
  close(): Promise<void>
}

type Asked = { readonly stream?: boolean; readonly user: string }

export async function startCountingUpstream(): Promise<CountingUpstream> {
  const sums = { promptTokens: 0, outputTokens: 0, answers: 0 }
  const failed = new Set<string>()
  let asked = 0
  let connections = 0

  function answer(body: Asked, response: ServerResponse): void {
    asked++
    if (Number(body.user) % 20 === 0 && !failed.delete(body.user)) {
      failed.add(body.user)
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"later"}}')
      return
    }
    const usage = { prompt_tokens: 11 + (asked % 7), completion_tokens: 3 + (asked % 13) }
    sums.promptTokens += usage.prompt_tokens
    sums.outputTokens += usage.completion_tokens
    sums.answers++
    const told = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }
    if (body.stream === true) stream(response, told)
    else whole(response, told)
  }

  const server = createServer((request, response) => {
    void textOf(request).then((text) => answer(JSON.parse(text) as Asked, response))
  })
  server.on('connection', (socket) => {
    connections++
    socket.once('close', () => {
      connections--
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    billed: () => ({ ...sums }),
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const id = { id: 'chatcmpl-soak', created: 1_790_000_000, model: 'soak' }

function whole(response: ServerResponse, usage: object): void {
  const choice = { index: 0, message: { role: 'assistant', content: 'All is well.' }, finish_reason: 'stop' }
  const body = JSON.stringify({ ...id, object: 'chat.completion', choices: [choice], usage })
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

function stream(response: ServerResponse, usage: object): void {
  const chunk = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ ...id, object: 'chat.completion.chunk', choices, ...more })}\n\n`
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk([{ index: 0, delta: { role: 'assistant', content: 'All' }, finish_reason: null }]))
  response.write(chunk([{ index: 0, delta: { content: ' is well.' }, finish_reason: null }]))
  response.write(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]))
  response.end(`${chunk([], { usage })}data: [DONE]\n\n`)
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text
}
