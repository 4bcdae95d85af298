/**
 * The story of a request: it is let in, read, turned into work for the engine, waits for a slot, and its answer
 * goes out as it is made. Whatever goes wrong on the way is an OpenAI-shaped error.
 *
 * The headers of a stream go out with its first chunk, so everything that fails before it still has a status.
 */
import { randomInt } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import {
  answerFold,
  NearsideError,
  parseStrictJson,
  promptTokens,
  readChatRequest,
  readEmbeddingRequest,
  requestHeaders,
  writeAnswer,
} from '@nearside/core'
import { type Context, Hono } from 'hono'
import { workFor } from './answer/generation-for.ts'
import type { RunningAnswer } from './answer/run-answer.ts'
import { textsFor } from './answer/texts-for.ts'
import { writeEmbeddings } from './answer/write-embeddings.ts'
import { type StreamOptions, writeStream } from './answer/write-stream.ts'
import { type Call, openCall } from './call.ts'
import { authoriser } from './http/authorise.ts'
import { bodyReader } from './http/read-body.ts'
import { errorResponse, jsonResponse, methodNotAllowed, serverFault } from './http/respond.ts'
import { sseResponse } from './http/sse-response.ts'
import type { Runtime } from './runtime.ts'
import { statusPages } from './status-pages.ts'
import { readUrgency } from './urgency.ts'

type Env = { Bindings: HttpBindings }

export function runtimeApp(runtime: Runtime): Hono<Env> {
  const { options } = runtime
  const readBody = bodyReader(options)
  const authorise = authoriser(options.secret)
  const app = new Hono<Env>()

  app.post('/v1/chat/completions', async (c) => {
    authorise(c.req.raw.headers)
    const call = follow(c, runtime)
    try {
      const model = runtime.model()
      const request = readChatRequest(parseStrictJson(await readBody(c.req.raw)))
      const mayPark = c.req.header(requestHeaders.cache) !== 'off'
      const work = workFor(request, model, options, randomInt(2 ** 47), mayPark)
      call.stream = request.stream

      const urgency = readUrgency(c.req.raw.headers, request.body)
      const place = await runtime.admit(call, callerOf(c), promptTokens(request), urgency)
      const answer = runtime.answer(call, request, work, place)
      const writing = {
        envelope: runtime.envelopeFor(call, place.model),
        includeUsage: request.includeUsage,
        nearside: () => runtime.nearsideFor(call, answer, place.model),
      }
      return request.stream
        ? await streamed(c, runtime, call, answer, writing)
        : await whole(runtime, call, answer, writing)
    } catch (error) {
      return errorResponse(call.failed(serverFault(error)), runtime.headers())
    }
  })

  app.post('/v1/embeddings', async (c) => {
    authorise(c.req.raw.headers)
    const call = follow(c, runtime)
    try {
      const model = runtime.model()
      const request = readEmbeddingRequest(parseStrictJson(await readBody(c.req.raw)))
      const { texts, encoding } = textsFor(request, model)

      // Vectors come all at once: what a caller's deadline can be held against is the line.
      const place = await runtime.admit(call, callerOf(c), 0, readUrgency(c.req.raw.headers, request.body))
      const embeddings = await runtime.embed(call, texts, place)
      const body = writeEmbeddings(embeddings, place.model.name, encoding)
      return jsonResponse(200, body, { ...runtime.headers(), 'x-request-id': call.id })
    } catch (error) {
      return errorResponse(call.failed(serverFault(error)), runtime.headers())
    }
  })

  app.all('/v1/embeddings', () => methodNotAllowed('POST', runtime.headers()))
  app.all('/v1/chat/completions', () => methodNotAllowed('POST', runtime.headers()))
  app.route('/', statusPages(runtime, authorise))
  app.notFound(() =>
    errorResponse(
      new NearsideError(
        'not-found',
        'There is nothing at this path. The base URL of an OpenAI client ends in /v1 here; chat is POST /v1/chat/completions.',
      ),
      runtime.headers(),
    ),
  )
  app.onError((error) => errorResponse(serverFault(error), runtime.headers()))
  return app
}

/** Among whom the queue is fair: a gateway in front of it is one caller, as every other address is. */
function callerOf(c: Context<Env>): string {
  return c.env.incoming.socket.remoteAddress ?? ''
}

/** Opens a call that is recorded once its connection is done with it. */
function follow(c: Context<Env>, runtime: Runtime): Call {
  const call = openCall(c.env.outgoing as ServerResponse, {
    at: Date.now(),
    begunMs: performance.now(),
  })
  c.env.outgoing.once('close', () => runtime.closeCall(call))
  return call
}

async function whole(
  runtime: Runtime,
  call: Call,
  answer: RunningAnswer,
  { envelope, nearside }: StreamOptions,
): Promise<Response> {
  const fold = answerFold()
  for (let chunk = await answer.next(); chunk !== null; chunk = await answer.next()) fold.push(chunk)
  const body = writeAnswer(fold.whole(), envelope, nearside())
  return jsonResponse(200, body, { ...runtime.headers(), 'x-request-id': call.id })
}

async function streamed(
  c: Context<Env>,
  runtime: Runtime,
  call: Call,
  answer: RunningAnswer,
  writing: StreamOptions,
): Promise<Response> {
  const first = await answer.next()
  return sseResponse(writeStream(first, answer, writing), {
    outgoing: c.env.outgoing as ServerResponse,
    headers: { ...runtime.headers(), 'x-request-id': call.id },
    readerTimeoutMs: runtime.options.readerTimeoutMs,
    toFault: (error) => call.failed(serverFault(error)),
  })
}
