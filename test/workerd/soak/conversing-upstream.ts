/**
 * A model that answers for ten minutes and is no heavier: it keeps sums by model, says how sure it is, as a node does, and where it
 * falters, fails one call in five. Asked to compare two answers, it finds them as good.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Billed = { promptTokens: number; outputTokens: number; answers: number }

export type Conversing = {
  readonly url: string
  billed(model: string): Billed
  /** Whether a request ever brought this. */
  saw(canary: string): boolean
  connections(): number
  close(): Promise<void>
}

type Asked = { readonly model: string; readonly stream?: boolean; readonly logprobs?: boolean }

export async function startConversing(canaries: readonly string[], falters: boolean): Promise<Conversing> {
  const sums = new Map<string, Billed>()
  const seen = new Set<string>()
  let asked = 0
  let connections = 0

  function answer(text: string, response: ServerResponse): void {
    asked++
    for (const canary of canaries) if (text.includes(canary)) seen.add(canary)
    if (falters && asked % 5 === 0) {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"later"}}')
      return
    }
    const body = JSON.parse(text) as Asked
    const sum = sums.get(body.model) ?? { promptTokens: 0, outputTokens: 0, answers: 0 }
    sums.set(body.model, sum)
    const usage = { prompt_tokens: 11 + (asked % 7), completion_tokens: 3 + (asked % 13) }
    sum.promptTokens += usage.prompt_tokens
    sum.outputTokens += usage.completion_tokens
    sum.answers++
    const said = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }
    say(
      body,
      { usage: said, nearside: { confidence: asked % 3 === 0 ? 0.2 : 0.9 } },
      asked % 3 === 0,
      response,
    )
  }

  const server = createServer((request, response) => {
    if (request.url?.endsWith('/load') === true) response.writeHead(404).end()
    else void textOf(request).then((text) => answer(text, response))
  })
  server.on('connection', (socket) => {
    connections++
    socket.once('close', () => {
      connections--
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    billed: (model) => ({ ...(sums.get(model) ?? { promptTokens: 0, outputTokens: 0, answers: 0 }) }),
    saw: (canary) => seen.has(canary),
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function say(body: Asked, report: object, unsure: boolean, response: ServerResponse): void {
  const id = { id: 'chatcmpl-soak', created: 1_790_000_000, model: body.model }
  const logprob = Math.log(unsure ? 0.2 : 0.9)
  const words = ['It is ', 'long ', 'and ', 'green.']
  const logprobs = (of: readonly string[]) =>
    body.logprobs === true
      ? { content: of.map((token) => ({ token, logprob, bytes: null, top_logprobs: [] })) }
      : null
  if (body.stream !== true) {
    const message = { role: 'assistant', content: words.join('') }
    const choices = [{ index: 0, message, logprobs: logprobs(words), finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ...id, object: 'chat.completion', choices, ...report }))
    return
  }
  const chunk = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ ...id, object: 'chat.completion.chunk', choices, ...more })}\n\n`
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const content of words)
    response.write(
      chunk([{ index: 0, delta: { content }, logprobs: logprobs([content]), finish_reason: null }]),
    )
  response.write(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]))
  response.end(`${chunk([], report)}data: [DONE]\n\n`)
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text
}
