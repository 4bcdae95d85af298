/**
 * The one error of this project, with a closed list of codes.
 *
 * Programs branch on `code`; the message is for a person and says which value was wrong and what would be
 * right. A message never carries a prompt, an answer, a key or an upstream's raw text: it may be logged and
 * it is sent to callers.
 */
export type NearsideErrorCode =
  | 'bad-options'
  | 'bad-request'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'unknown-model'
  | 'context-too-long'
  | 'budget-exhausted'
  | 'budget-in-flight'
  | 'requests-limited'
  | 'tokens-limited'
  | 'limit-too-small'
  | 'concurrency-limited'
  | 'key-in-flight'
  | 'key-reused'
  | 'store-failed'
  | 'privacy-refused'
  | 'bad-model'
  | 'loop-detected'
  | 'queue-full'
  | 'not-ready'
  | 'tier-refused'
  | 'tier-failed'
  | 'timed-out'
  | 'no-tier-left'
  | 'client-gone'
  | 'internal'

export type NearsideErrorOptions = {
  /** The field of the request or of the options that was wrong, as a path. */
  readonly param?: string
  /** How long a caller should wait before asking again. */
  readonly retryAfterMs?: number
  /** The status an upstream answered with, when that is what went wrong. */
  readonly upstreamStatus?: number
  /** The upstream's own error code and type, when they are safe to pass on: short and free of text. */
  readonly upstreamCode?: string
  /** Whether an upstream may have done the work, and bill it, although it failed. @default false */
  readonly maybeBilled?: boolean
  /** Headers that a caller is told beside it. @default none */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

export class NearsideError extends Error {
  override readonly name: string = 'NearsideError'
  readonly code: NearsideErrorCode
  readonly param: string | null
  readonly retryAfterMs: number | null
  readonly upstreamStatus: number | null
  readonly upstreamCode: string | null
  readonly maybeBilled: boolean
  readonly headers: Readonly<Record<string, string>>

  constructor(code: NearsideErrorCode, message: string, options: NearsideErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.param = options.param ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
    this.upstreamStatus = options.upstreamStatus ?? null
    this.upstreamCode = options.upstreamCode ?? null
    this.maybeBilled = options.maybeBilled ?? false
    this.headers = options.headers ?? {}
  }
}

/** Known by its name, which survives two copies of the package in one bundle. */
export function isNearsideError(error: unknown): error is NearsideError {
  return error instanceof Error && error.name === 'NearsideError' && 'code' in error
}

/** The same fault, where its field goes by another name. */
export function withParam(fault: NearsideError, param: string): NearsideError {
  const message = fault.param === null ? fault.message : fault.message.replace(fault.param, param)
  return Object.assign(new NearsideError(fault.code, message, { cause: fault.cause }), { ...fault, param })
}
