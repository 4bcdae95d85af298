/**
 * Every way in which the frontier double can misbehave, by name.
 *
 * The table is closed and enumerable, so a test that claims "whatever the upstream does" walks it, and a new
 * fault reaches all such tests on the day it is added. `kind` says what a caller of the upstream is entitled to
 * conclude; how a fault is acted out is in `performance.ts`. Each fault works on streams and on whole answers.
 */

export type FaultKind =
  /** The whole answer arrives, only in an unusual manner: it must come out as if nothing had happened. */
  | 'sound'
  /** An error status stands where the answer should be. */
  | 'refusal'
  /** Status 200, and then not an answer, or not all of it. */
  | 'broken'
  /** At some point nothing more comes, and the connection stays open. */
  | 'silent'
  /** It wants more than to fail: another host, the client's trust, memory, time. */
  | 'hostile'

export type FaultName =
  | 'slow-first-byte'
  | 'slow-chunks'
  | 'no-usage'
  | 'zero-usage'
  | 'usage-over-limit'
  | 'token-details'
  | 'several-choices'
  | 'tool-calls'
  | 'large-event'
  | 'crlf'
  | 'split-bytes'
  | 'comments'
  | 'multi-line-data'
  | 'no-final-newline'
  | 'status'
  | 'refused-before-headers'
  | 'cut'
  | 'reset'
  | 'end-without-done'
  | 'malformed-json'
  | 'malformed-chunk'
  | 'error-event'
  | 'wrong-content-type'
  | 'no-content'
  | 'hang-before-headers'
  | 'hang-after-headers'
  | 'hang-mid-stream'
  | 'redirect'
  | 'hostile-headers'
  | 'encoding-lie'
  | 'enormous-headers'
  | 'endless-body'
  | 'endless-drip'
  | 'echoed-secrets'

/** What may be said about a fault beyond its name. Each setting names the faults that read it. */
export type FaultSettings = {
  /** Chunks sent before it happens: `cut`, `reset`, `end-without-done`, `malformed-chunk`, `error-event`, `hang-mid-stream`. @default 3 */
  readonly afterChunks?: number
  /** `hang-mid-stream`: a whole answer whose length nobody was told. @default false */
  readonly unsized?: boolean
  /** `slow-first-byte`: before the headers. `slow-chunks`, `endless-drip`, `comments`: between writes; `cut`, where given: between writes and before it. @default 20 */
  readonly delayMs?: number
  /** `status`, `redirect`, `echoed-secrets`. @default 500; 307 for a redirect; 400 for an echo */
  readonly status?: number
  /** `status`: what the body is. @default 'json' */
  readonly body?: 'json' | 'html' | 'empty'
  /** `status`: the header `retry-after`, in seconds or as a date. */
  readonly retryAfter?: string
  /** `status`: the header `retry-after-ms`. */
  readonly retryAfterMs?: number
  /** `redirect`: where to. @default the same path on `frontier.elsewhere` */
  readonly location?: string
}

export type Fault = FaultSettings & { readonly fault: FaultName }

export type FaultEntry = { readonly kind: FaultKind; readonly says: string }

export const faults: { readonly [name in FaultName]: FaultEntry } = {
  'slow-first-byte': { kind: 'sound', says: 'waits before the headers, then answers' },
  'slow-chunks': { kind: 'sound', says: 'waits before each write' },
  'no-usage': { kind: 'sound', says: 'answers without any usage, even where it was asked for' },
  'zero-usage': { kind: 'sound', says: 'says that no token was used' },
  'usage-over-limit': { kind: 'sound', says: 'says that far more tokens were used than were allowed' },
  'token-details': { kind: 'sound', says: 'counts cached and reasoning tokens within its usage' },
  'several-choices': { kind: 'sound', says: 'answers with three choices, interleaved' },
  'tool-calls': { kind: 'sound', says: 'calls two tools, their arguments in pieces' },
  'large-event': { kind: 'sound', says: 'says one megabyte in a single event' },
  crlf: { kind: 'sound', says: 'ends its lines with carriage return and line feed' },
  'split-bytes': { kind: 'sound', says: 'writes byte by byte' },
  comments: {
    kind: 'sound',
    says: 'keeps the connection alive with comments, or with blank lines before JSON',
  },
  'multi-line-data': { kind: 'sound', says: 'spreads each event over several data lines' },
  'no-final-newline': { kind: 'sound', says: 'ends right after the last character, without an empty line' },
  status: { kind: 'refusal', says: 'answers with an error status' },
  'refused-before-headers': { kind: 'refusal', says: 'resets the connection instead of answering' },
  cut: { kind: 'broken', says: 'closes the connection in the middle' },
  reset: { kind: 'broken', says: 'resets the connection in the middle' },
  'end-without-done': { kind: 'broken', says: 'ends the body cleanly in the middle, without [DONE]' },
  'malformed-json': { kind: 'broken', says: 'answers 200 with a body that is not JSON' },
  'malformed-chunk': { kind: 'broken', says: 'sends an event that is not JSON, then goes on' },
  'error-event': { kind: 'broken', says: 'sends an error inside an answer that began with 200' },
  'wrong-content-type': { kind: 'broken', says: 'answers 200 with a page for people' },
  'no-content': { kind: 'broken', says: 'answers 204, without a body' },
  'hang-before-headers': { kind: 'silent', says: 'takes the request and never answers' },
  'hang-after-headers': { kind: 'silent', says: 'sends its headers and then nothing' },
  'hang-mid-stream': { kind: 'silent', says: 'stops in the middle and keeps the connection open' },
  redirect: { kind: 'hostile', says: 'sends the caller to another origin' },
  'hostile-headers': {
    kind: 'hostile',
    says: 'answers well, with cookies and with headers that only a gateway may set',
  },
  'encoding-lie': { kind: 'hostile', says: 'claims that its plain body is compressed' },
  'enormous-headers': { kind: 'hostile', says: 'answers with half a megabyte of headers' },
  'endless-body': { kind: 'hostile', says: 'goes on writing as fast as it can, without end' },
  'endless-drip': { kind: 'hostile', says: 'goes on writing a little now and then, without end' },
  'echoed-secrets': { kind: 'hostile', says: "refuses, quoting the caller's key and prompt" },
}

export const faultNames: readonly FaultName[] = Object.keys(faults) as FaultName[]
