/**
 * A frontier on loopback: an OpenAI-compatible server that answers as OpenAI does, remembers what reached it,
 * and misbehaves when told to.
 *
 * It is plain `node:http`, so what a gateway meets here (keep-alive, back pressure, resets, half-sent bodies)
 * is what it meets outside. A second server, `elsewhere`, stands for any other origin: nothing may ever arrive
 * there, and whatever does is remembered.
 *
 * @example
 * const frontier = await startFrontier()
 * frontier.next({ fault: 'cut', afterChunks: 2 })
 * const openai = new OpenAI({ baseURL: `${frontier.url}/v1`, apiKey: frontier.key })
 */
import { type Answer, defaultAnswer, type ErrorDetail, errorBody, errorFor, models } from './answer.ts'
import { embeddingsFor } from './embeddings.ts'
import type { Fault } from './faults.ts'
import { type Asked, type Performance, perform } from './performance.ts'
import { type RecordedRequest, startRecording } from './recording-server.ts'

/** What the double does with a request: a fault, another answer than the usual one, or both. */
export type Script = (Fault | { readonly fault?: never }) & { readonly answer?: Partial<Answer> }

export type Frontier = {
  /** Origin without a path: `http://127.0.0.1:PORT`. The API lies under `/v1`. */
  readonly url: string
  /** The only key that is accepted. */
  readonly key: string
  readonly requests: readonly RecordedRequest[]
  /** Another origin, to which no request may ever come. */
  readonly elsewhere: { readonly url: string; readonly requests: readonly RecordedRequest[] }
  /** Connections that are open now. */
  connections(): number
  /** Performs the script for the next chat request that no earlier `next` has claimed. */
  next(script: Script): void
  /** Performs the script for every chat request without a `next` of its own; `{}` is the usual answer again. */
  always(script: Script): void
  /** The request with this number, from 0, as soon as it has come. */
  request(index: number): Promise<RecordedRequest>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type FrontierOptions = {
  /** @default 'sk-frontier-double-0123456789' */
  readonly key?: string
  /** The models that exist; others are answered 404. @default null, any model */
  readonly models?: readonly string[] | null
  /** Says what a request is answered, by its body; null is the usual answer. A script's own answer comes before it. */
  readonly answering?: (body: unknown) => Partial<Answer> | null
}

export async function startFrontier(options: FrontierOptions = {}): Promise<Frontier> {
  const key = options.key ?? 'sk-frontier-double-0123456789'
  const known = options.models ?? null
  const queue: Script[] = []
  let standing: Script = {}
  const here = await startRecording((request) => {
    const refused = refusalOf(request, key, known)
    if (refused) return asOpenai(refused)
    if (request.path === '/v1/models') return asOpenai(listing(known))

    const { answer, ...script } = queue.shift() ?? standing
    const embeds = request.path === '/v1/embeddings' && script.fault === undefined
    if (embeds) return asOpenai(json(200, embeddingsFor(request.json)))
    const asked = readAsked(request)
    const said = {
      ...usualAnswer(request.json, here.requests.length),
      ...options.answering?.(request.json),
      ...answer,
    }
    if (script.fault === undefined) return asOpenai(perform(asked, said))
    if (script.fault !== 'redirect') return asOpenai(perform(asked, said, script))
    return asOpenai(perform(asked, said, { location: `${elsewhere.url}${request.path}`, ...script }))
  })
  const elsewhere = await startRecording((request) => asOpenai(perform(readAsked(request), defaultAnswer)))

  async function close(): Promise<void> {
    await Promise.all([here.close(), elsewhere.close()])
  }

  return {
    url: here.url,
    key,
    requests: here.requests,
    elsewhere: { url: elsewhere.url, requests: elsewhere.requests },
    connections: here.connections,
    next(script) {
      queue.push(script)
    },
    always(script) {
      standing = script
    },
    request: here.request,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function readAsked(request: RecordedRequest): Asked {
  const body = request.json as { stream?: unknown; stream_options?: { include_usage?: unknown } } | undefined
  return {
    path: request.path,
    body: request.body,
    authorization: request.headers.authorization ?? '',
    stream: body?.stream === true,
    includeUsage: body?.stream_options?.include_usage === true,
  }
}

function usualAnswer(json: unknown, number: number): Answer {
  const body = json as { model: string; n?: unknown }
  return {
    ...defaultAnswer,
    id: `chatcmpl-double${number}`,
    model: body.model,
    choices: typeof body.n === 'number' ? body.n : 1,
  }
}

/** What OpenAI would refuse, in its own words; null for a request that it would serve. */
function refusalOf(
  request: RecordedRequest,
  key: string,
  known: readonly string[] | null,
): Performance | null {
  if (request.headers.authorization !== `Bearer ${key}`) return refuse(401, errorFor(401))
  const route = `${request.method} ${request.path}`
  if (route === 'GET /v1/models') return null
  const embeds = route === 'POST /v1/embeddings'
  if (!embeds && route !== 'POST /v1/chat/completions')
    return refuse(404, invalid(`Invalid URL (${route})`, null, null))

  const body = request.json
  if (typeof body !== 'object' || body === null) {
    return refuse(400, invalid('We could not parse the JSON body of your request.', null, null))
  }
  const { model, messages, stream, stream_options } = body as Record<string, unknown>
  if (typeof model !== 'string') return refuse(400, invalid('you must provide a model parameter', null, null))
  if (known !== null && !known.includes(model)) {
    const message = `The model \`${model}\` does not exist or you do not have access to it.`
    return refuse(404, invalid(message, null, 'model_not_found'))
  }
  if (embeds) return null
  if (!Array.isArray(messages)) {
    return refuse(
      400,
      invalid("Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter'),
    )
  }
  if (messages.length === 0) {
    const message =
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."
    return refuse(400, invalid(message, 'messages', 'empty_array'))
  }
  if (stream_options !== undefined && stream_options !== null && stream !== true) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    return refuse(400, invalid(message, 'stream_options', null))
  }
  return null
}

function invalid(message: string, param: string | null, code: string | null): ErrorDetail {
  return { message, type: 'invalid_request_error', param, code }
}

function refuse(status: number, detail: ErrorDetail): Performance {
  return json(status, errorBody(detail))
}

function listing(known: readonly string[] | null): Performance {
  return json(200, models(known ?? [defaultAnswer.model, 'gpt-4o', 'gpt-4o-mini']))
}

function json(status: number, value: unknown): Performance {
  return {
    begin: 'headers',
    status,
    headers: [['content-type', 'application/json']],
    pieces: [`${JSON.stringify(value, null, 2)}\n`],
    firstDelayMs: 0,
    delayMs: 0,
    end: 'end',
  }
}

function asOpenai(performance: Performance): Performance {
  return { ...performance, headers: [...openaiHeaders(), ...performance.headers] }
}

function openaiHeaders(): [string, string][] {
  return [
    ['x-request-id', `req_${crypto.randomUUID().replaceAll('-', '')}`],
    ['openai-organization', 'org-double'],
    ['openai-processing-ms', '184'],
    ['openai-version', '2020-10-01'],
    ['x-ratelimit-limit-requests', '10000'],
    ['x-ratelimit-remaining-requests', '9999'],
    ['x-ratelimit-reset-requests', '6ms'],
    ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
    ['set-cookie', '__cf_bm=double; path=/; HttpOnly; Secure; SameSite=None'],
    ['server', 'cloudflare'],
    ['cf-ray', '91f9f2c1b9d3e8f4-ZRH'],
  ]
}
