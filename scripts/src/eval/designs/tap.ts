/**
 * A tap in front of a real model: what comes is passed on as it is, and the usage that the answers tell is written down.
 *
 * So real models are counted in the same place as doubles, before the gateway sees anything.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type JsonValue, readUsage, type Usage } from '@nearside/core'
import type { SpokenUsage } from '../../simulate/doubles/speak.ts'
import type { Double } from '../../simulate/doubles/start-double.ts'

/** `target` goes up to and with the version; the key that the gateway sends goes on with the request. */
export async function startTap(target: string): Promise<Double> {
  const log: SpokenUsage[] = []
  const server = createServer((request, response) => {
    pass(request, response, target, log).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({ error: { message: String(error), type: 'server_error', param: null, code: null } }),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  log: SpokenUsage[],
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const headers = new Headers()
  for (const name of ['authorization', 'content-type', 'accept']) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const method = request.method ?? 'GET'
  const answer = await fetch(`${target.replace(/\/$/, '')}${request.url ?? ''}`, {
    method,
    headers,
    redirect: 'manual',
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(parts) }),
  })
  const text = await answer.text()
  const usage = usageIn(text)
  if (usage !== null) log.push(usage)
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/json',
  })
  response.end(text)
}

/** The usage of a whole answer, or of the last chunk of a stream that tells one. */
function usageIn(text: string): SpokenUsage | null {
  const pieces = text.startsWith('data:')
    ? text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [line.slice('data: '.length)] : []))
    : [text]
  for (const piece of pieces.toReversed()) {
    const told = usageOf(piece)
    if (told !== null) return told
  }
  return null
}

function usageOf(piece: string): SpokenUsage | null {
  let usage: Usage | null
  try {
    usage = readUsage((JSON.parse(piece) as { readonly usage?: JsonValue } | null)?.usage)
  } catch {
    return null
  }
  if (usage === null) return null
  const { promptTokens, cachedTokens, outputTokens } = usage
  return { promptTokens, cachedTokens, outputTokens }
}
