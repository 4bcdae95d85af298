/**
 * Puts a runtime on a port, and takes it off again without breaking an answer: it listens at once, so that
 * probes learn that it is loading; and while it drains it goes on listening, so that callers learn that it is.
 */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { errorAnswer, NearsideError } from '@nearside/core'
import type { EngineModel } from './engine/engine.ts'
import { openModel } from './open-model.ts'
import type { RuntimeOptions } from './options.ts'
import { resolveOptions } from './read-options.ts'
import { openRuntime } from './runtime.ts'
import { runtimeApp } from './server.ts'

export type ServedRuntime = {
  readonly url: string
  /** Resolves when the model is loaded; rejects when it cannot be. */
  readonly ready: Promise<EngineModel>
  /** Opens the model anew from where it lies, and switches to it; answers of the old one finish with it. */
  reload(): Promise<EngineModel>
  /** Takes no more calls, lets the running ones finish within `drainMs`, and frees the port. */
  close(): Promise<void>
}

export async function serveRuntime(given: RuntimeOptions = {}): Promise<ServedRuntime> {
  const { options, resident, slots } = openModel(resolveOptions(given))
  const runtime = openRuntime(options, resident, slots)

  // The global Request and Response stay as they are: the host may have its own plans for them.
  const listener = getRequestListener(runtimeApp(runtime).fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => new Response(badRequest.body, badRequest),
  })
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: options.bodyTimeoutMs + 10_000 },
    listener,
  )
  server.maxConnections = mostConnections
  server.keepAliveTimeout = keepAliveMs
  server.on('clientError', (_, socket) => refuseConnection(socket as Socket))
  const answering = new Set<ServerResponse>()
  server.on('request', (_, response) => {
    answering.add(response)
    response.once('close', () => answering.delete(response))
  })
  const url = await listen(server, options.host, options.port)

  const ready = runtime.start()
  // Whoever wants to know waits for it; nobody has to.
  ready.catch(() => {})

  async function close(): Promise<void> {
    await runtime.drain()
    await shut(server, answering)
    await resident.dispose()
  }
  let closing: Promise<void> | null = null
  return {
    url,
    ready,
    reload: runtime.reload,
    close() {
      closing ??= close()
      return closing
    },
  }
}

const mostConnections = 1_024

/** Longer than the pauses of a gateway that keeps its connections. */
const keepAliveMs = 65_000

/** How long what was generated may take to reach clients once nothing is generated any more. */
const lastBytesMs = 5_000

const badRequest = errorAnswer(
  new NearsideError('bad-request', 'This is not an HTTP request that can be read.'),
)

/** What Node cannot read as HTTP never reaches the app; it too is answered in OpenAI's shape. */
function refuseConnection(socket: Socket): void {
  if (!socket.writable) return
  const { status, body } = badRequest
  socket.end(
    `HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(cause, host, port)))
    server.listen(port, host, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`)
    })
  })
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): NearsideError {
  const why =
    cause.code === 'EADDRINUSE'
      ? `Port ${port} on ${host} is taken. Stop what listens there, or choose another with --port.`
      : `Cannot listen on ${host}, port ${port}: ${cause.code ?? 'unknown reason'}.`
  return new NearsideError('bad-options', why, { param: 'port', cause })
}

async function shut(server: Server, answering: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
  const endMs = performance.now() + lastBytesMs
  while (answering.size > 0 && performance.now() < endMs)
    await new Promise((resolve) => setTimeout(resolve, 10))
  // What is left are connections that are kept for a next request, or whose client does not read.
  server.closeAllConnections()
  await closed
}
