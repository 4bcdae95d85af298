/**
 * How an answer is performed on the wire: a fault and an answer in, what is to be written and how it ends out.
 *
 * Pure, so that the server which acts it out has no opinion: it writes the pieces at the pace given and ends as
 * told. A fault first changes what is said, then how it is written, then how it ends, in that order.
 */
import { type Answer, chunks, completion, errorBody, errorFor, weatherCall } from './answer.ts'
import type { Fault } from './faults.ts'

/** What of a request an answer depends on. */
export type Asked = {
  readonly path: string
  readonly body: string
  readonly authorization: string
  readonly stream: boolean
  readonly includeUsage: boolean
}

export type Performance = {
  readonly begin: 'headers' | 'silence' | 'reset'
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly pieces: Iterable<string | Uint8Array>
  readonly firstDelayMs: number
  readonly delayMs: number
  readonly end: 'end' | 'cut' | 'reset' | 'hang'
}

const html =
  '<html>\r\n<head><title>Gateway error</title></head>\r\n<body><h1>Gateway error</h1></body>\r\n</html>\r\n'
const noFault = { fault: null } as const

export function perform(asked: Asked, given: Answer, fault: Fault | typeof noFault = noFault): Performance {
  const answer = said(given, fault)
  const body = asked.stream ? streamed(asked, answer) : whole(answer)
  const usual: Performance = {
    ...body,
    begin: 'headers',
    status: 200,
    firstDelayMs: 0,
    delayMs: 0,
    end: 'end',
  }
  if (fault.fault === null) return usual

  const delayMs = fault.delayMs ?? 20
  const pieces = [...usual.pieces].map(String)
  const before = pieces.slice(0, fault.afterChunks ?? 3)
  const after = pieces.slice(before.length)

  switch (fault.fault) {
    case 'no-usage':
    case 'zero-usage':
    case 'usage-over-limit':
    case 'token-details':
    case 'several-choices':
    case 'tool-calls':
    case 'large-event':
      return usual
    case 'slow-first-byte':
      return { ...usual, firstDelayMs: delayMs }
    case 'slow-chunks':
      return { ...usual, delayMs }
    case 'crlf':
      return rewritten(usual, (text) => text.replaceAll('\n', '\r\n'))
    case 'comments':
      return asked.stream
        ? { ...usual, pieces: pieces.flatMap((piece) => [': OPENROUTER PROCESSING\n\n', piece]), delayMs }
        : rewritten(usual, (text, index) => (index === 0 ? `\n\n   \n${text}` : text))
    case 'multi-line-data':
      return asked.stream ? rewritten(usual, spreadOverLines) : usual
    case 'no-final-newline':
      return rewritten(usual, (text, index) => (index === pieces.length - 1 ? text.trimEnd() : text))
    case 'split-bytes':
      return { ...usual, pieces: bytesOf(pieces.join('')) }
    case 'status':
      return refusal(fault)
    case 'refused-before-headers':
      return { ...usual, begin: 'reset' }
    case 'cut':
      // After a pause, what was written has been read when the connection ends.
      return fault.delayMs === undefined
        ? { ...usual, pieces: before, end: 'cut' }
        : { ...usual, pieces: [...before, ''], delayMs, end: 'cut' }
    case 'reset':
      return { ...usual, pieces: before, end: 'reset' }
    case 'end-without-done':
      return { ...usual, headers: unsized(usual.headers), pieces: before }
    case 'malformed-json':
      return rewritten(usual, () => (asked.stream ? 'data: {"id":"chatcmpl-\n\n' : '{"id":"chatcmpl-'))
    case 'malformed-chunk':
      return {
        ...usual,
        headers: unsized(usual.headers),
        pieces: [...before, asked.stream ? 'data: {"choices":[{"delta":\n\n' : '"<', ...after],
      }
    case 'error-event':
      return asked.stream
        ? { ...usual, pieces: [...before, event(errorBody(errorFor(500)))] }
        : { ...usual, ...sized('application/json', JSON.stringify(errorBody(errorFor(500)))) }
    case 'wrong-content-type':
      return { ...usual, ...sized('text/html; charset=utf-8', html) }
    case 'no-content':
      return { ...usual, status: 204, headers: [], pieces: [] }
    case 'hang-before-headers':
      return { ...usual, begin: 'silence' }
    case 'hang-after-headers':
      return { ...usual, pieces: [], end: 'hang' }
    case 'hang-mid-stream':
      return {
        ...usual,
        pieces: before,
        end: 'hang',
        ...(fault.unsized === true ? { headers: unsized(usual.headers) } : {}),
      }
    case 'redirect':
      return {
        ...usual,
        status: fault.status ?? 307,
        headers: [
          ['location', fault.location ?? asked.path],
          ['content-length', '0'],
        ],
        pieces: [],
      }
    case 'hostile-headers':
      return { ...usual, headers: [...usual.headers, ...hostileHeaders] }
    case 'encoding-lie':
      return { ...usual, headers: [...usual.headers, ['content-encoding', 'gzip']] }
    case 'enormous-headers':
      return { ...usual, headers: [...usual.headers, ...enormousHeaders()] }
    case 'endless-body':
      return { ...usual, headers: unsized(usual.headers), pieces: endless(asked, answer, 64 * 1024) }
    case 'endless-drip':
      return { ...usual, headers: unsized(usual.headers), pieces: endless(asked, answer, 1), delayMs }
    case 'echoed-secrets':
      return refusal(
        { fault: 'status', status: fault.status ?? 400 },
        `${asked.authorization} may not ask ${asked.body}`,
      )
  }
}

/** The part of a fault that lies in what is said. */
function said(answer: Answer, fault: Fault | typeof noFault): Answer {
  switch (fault.fault) {
    case 'no-usage':
      return { ...answer, usage: null }
    case 'zero-usage':
      return { ...answer, usage: { promptTokens: 0, outputTokens: 0 } }
    case 'usage-over-limit':
      return { ...answer, usage: { promptTokens: 1_000_000, outputTokens: 250_000 } }
    case 'token-details':
      return {
        ...answer,
        usage: { promptTokens: 2_048, outputTokens: 640, cachedTokens: 1_920, reasoningTokens: 576 },
      }
    case 'several-choices':
      return { ...answer, choices: 3 }
    case 'tool-calls':
      return {
        ...answer,
        toolCalls: [
          weatherCall,
          { ...weatherCall, id: 'call_2Rk3', pieces: ['{"', 'location', '":"', 'Oslo"}'] },
        ],
      }
    case 'large-event':
      return { ...answer, pieces: ['m'.repeat(1024 * 1024)] }
    case 'split-bytes':
      return { ...answer, pieces: [...answer.pieces, ' Zürich,', ' 漢字', ' 🎉'] }
    default:
      return answer
  }
}

type Body = Pick<Performance, 'headers' | 'pieces'>

function streamed(asked: Asked, answer: Answer): Body {
  return {
    headers: [['content-type', 'text/event-stream; charset=utf-8']],
    pieces: [...chunks(answer, asked.includeUsage).map(event), 'data: [DONE]\n\n'],
  }
}

/** Eight pieces, so that "after three chunks" means the middle here too. */
function whole(answer: Answer): Body {
  const body = sized('application/json', `${JSON.stringify(completion(answer), null, 2)}\n`)
  const text = [...body.pieces].join('')
  const length = Math.ceil(text.length / 8)
  return {
    headers: body.headers,
    pieces: Array.from({ length: 8 }, (_, index) => text.slice(index * length, (index + 1) * length)),
  }
}

function refusal(fault: Fault, message?: string): Performance {
  const status = fault.status ?? 500
  const detail = message === undefined ? errorFor(status) : { ...errorFor(status), message }
  const body = {
    json: sized('application/json', `${JSON.stringify(errorBody(detail), null, 2)}\n`),
    html: sized('text/html; charset=utf-8', html),
    empty: { headers: [['content-length', '0']], pieces: [] } satisfies Body,
  }[fault.body ?? 'json']
  const retry: [string, string][] = []
  if (fault.retryAfter !== undefined) retry.push(['retry-after', fault.retryAfter])
  if (fault.retryAfterMs !== undefined) retry.push(['retry-after-ms', String(fault.retryAfterMs)])
  return {
    begin: 'headers',
    status,
    headers: [...body.headers, ...retry],
    pieces: body.pieces,
    firstDelayMs: 0,
    delayMs: 0,
    end: 'end',
  }
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function sized(contentType: string, text: string): Body {
  return {
    headers: [
      ['content-type', contentType],
      ['content-length', String(Buffer.byteLength(text))],
    ],
    pieces: [text],
  }
}

/** Without a length the body is chunked, and an early end looks like a clean one. */
function unsized(headers: Performance['headers']): Performance['headers'] {
  return headers.filter(([name]) => name !== 'content-length')
}

function rewritten(usual: Performance, rewrite: (text: string, index: number) => string): Performance {
  const pieces = [...usual.pieces].map((piece, index) => rewrite(String(piece), index))
  return { ...usual, headers: unsized(usual.headers), pieces }
}

/** Line breaks are legal in JSON between tokens, and in server-sent events between data fields. */
function spreadOverLines(text: string): string {
  if (!text.startsWith('data: {')) return text
  const lines = JSON.stringify(JSON.parse(text.slice('data: '.length)), null, 1).split('\n')
  return `${lines.map((line) => `data: ${line}`).join('\n')}\n\n`
}

function* bytesOf(text: string): Generator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let index = 0; index < bytes.length; index++) yield bytes.subarray(index, index + 1)
}

function* endless(asked: Asked, answer: Answer, size: number): Generator<string> {
  const [first] = chunks(answer, asked.includeUsage)
  const content = 'e'.repeat(size)
  if (!asked.stream)
    yield '{"id":"chatcmpl-endless","object":"chat.completion","choices":[{"message":{"content":"'
  for (;;) {
    yield asked.stream
      ? event({ ...first, choices: [{ index: 0, delta: { content }, finish_reason: null }] })
      : content
  }
}

const hostileHeaders: readonly (readonly [string, string])[] = [
  ['set-cookie', 'session=stolen; Path=/; HttpOnly'],
  ['set-cookie', 'account=other'],
  ['x-nearside-tier', 'edge'],
  ['x-nearside-model', 'forged'],
  ['x-nearside-strategy', 'forged'],
  ['x-nearside-reason', 'forged'],
  ['x-nearside-confidence', '1'],
  ['x-nearside-cost', '0'],
  ['x-nearside-budget-remaining', '999999'],
  ['x-nearside-decision', 'forged'],
  ['x-nearside-session', 'forged'],
  ['x-nearside-degraded', 'forged'],
  ['x-nearside-load', 'queue=0;slots=0/64'],
  ['x-should-retry', 'true'],
  ['x-forwarded-for', '10.0.0.1'],
  ['access-control-allow-origin', '*'],
  ['access-control-allow-credentials', 'true'],
  ['content-security-policy', 'script-src *'],
  ['www-authenticate', 'Basic realm="type your key"'],
  ['refresh', '0; url=http://elsewhere.invalid/'],
  ['link', '<http://elsewhere.invalid/>; rel=preload'],
  ['alt-svc', 'h2="elsewhere.invalid:443"'],
]

function enormousHeaders(): [string, string][] {
  return Array.from({ length: 64 }, (_, index) => [`x-enormous-${index}`, 'h'.repeat(8 * 1024)])
}
