/**
 * A local node that says what it is told to, and how sure it is of it: in its own report, in its tokens, or not at all.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export type Said = {
  readonly pieces: readonly string[]
  readonly finish?: string
  /** Of each token, where the caller asked for probabilities. */
  readonly logprob?: number
  /** The node's report of its own answer. */
  readonly confidence?: number
  readonly joules?: number
  /** Before the first piece. */
  readonly firstMs?: number
  /** Before every further piece. */
  readonly betweenMs?: number
  /** In place of an answer. */
  readonly status?: number
  /** Says its pieces and then nothing, for ever. */
  readonly hangs?: true
}

export type NearNode = {
  readonly url: string
  readonly key: string
  /** The bodies of its requests, as they came. */
  readonly asked: readonly Record<string, unknown>[]
  /** How many of its callers left before its answer was complete. */
  left(): number
  /** What it says from now on; with several, each once and the last again and again. */
  says(...said: readonly Said[]): void
  close(): Promise<void>
}

export async function startNearNode(): Promise<NearNode> {
  let script: Said[] = [{ pieces: ['ok'] }]
  let left = 0
  const asked: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    // It has no page of its load, as most servers have none.
    if (request.method === 'GET') return void response.writeHead(404).end()
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>
      asked.push(body)
      const said = (script.length > 1 ? script.shift() : script[0]) ?? { pieces: [] }
      response.once('close', () => {
        if (!response.writableFinished) left++
      })
      answer(body, said, response).catch(() => {})
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: 'sk-near',
    asked,
    left: () => left,
    says(...said) {
      script = [...said]
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

const usage = (said: Said) => ({
  prompt_tokens: 9,
  completion_tokens: said.pieces.length,
  total_tokens: 9 + said.pieces.length,
})

const report = ({ confidence, joules }: Said) =>
  confidence === undefined && joules === undefined ? {} : { nearside: { confidence, joules } }

const probabilities = (said: Said, pieces: readonly string[], asks: boolean) =>
  !asks || said.logprob === undefined
    ? null
    : { content: pieces.map((token) => ({ token, logprob: said.logprob, bytes: null, top_logprobs: [] })) }

async function answer(body: Record<string, unknown>, said: Said, response: ServerResponse): Promise<void> {
  if (said.firstMs !== undefined) await pause(said.firstMs)
  if (said.status !== undefined) {
    response.writeHead(said.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: 'no', type: 'server_error', param: null, code: null } }))
    return
  }
  const asks = body.logprobs === true
  const finish = said.finish ?? 'stop'
  if (body.stream !== true) {
    const message = { role: 'assistant', content: said.pieces.join(''), refusal: null }
    const logprobs = probabilities(said, said.pieces, asks)
    const choices = [{ index: 0, message, logprobs, finish_reason: finish }]
    response.writeHead(200, { 'content-type': 'application/json' })
    if (said.hangs !== true) {
      response.end(
        JSON.stringify({ id: 'near-1', model: body.model, choices, usage: usage(said), ...report(said) }),
      )
    }
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const write = (choices: readonly object[], more: object = {}): void =>
    void response.write(`data: ${JSON.stringify({ id: 'near-1', model: body.model, choices, ...more })}\n\n`)
  for (const [position, piece] of said.pieces.entries()) {
    if (position > 0 && said.betweenMs !== undefined) await pause(said.betweenMs)
    const logprobs = probabilities(said, [piece], asks)
    write([{ index: 0, delta: { content: piece }, logprobs, finish_reason: null }])
  }
  if (said.hangs === true) return
  write([{ index: 0, delta: {}, logprobs: null, finish_reason: finish }])
  write([], { usage: usage(said), ...report(said) })
  response.end('data: [DONE]\n\n')
}
