/**
 * The one error of this project, with a closed list of codes.
 *
 * Programs branch on `code`; the message is for a person and says which value was wrong and what would be
 * right. A message never carries a prompt, an answer, a key or an upstream's raw text: it may be logged and
 * it is sent to callers.
 */
export type NearsideErrorCode =
  /** The host's options or variables are wrong; the message names which. */
  | 'bad-options'
  /** The request is not one that OpenAI's API takes; `param` names the field. */
  | 'bad-request'
  /** The body is longer than `bodyLimitBytes`. */
  | 'body-too-large'
  /** The body is not `application/json`. */
  | 'unsupported-media-type'
  /** No key, or none that is known. */
  | 'unauthorized'
  /** The account may not do this: another tier or model than its own. */
  | 'forbidden'
  /** There is no such path, or nothing is kept under this id. */
  | 'not-found'
  /** The path is there, for another method. */
  | 'method-not-allowed'
  /** No upstream has this model, and no alias names it. */
  | 'unknown-model'
  /** Prompt and answer are longer than any model that may serve them can take. */
  | 'context-too-long'
  /** A cap does not allow this call; the message names it. */
  | 'budget-exhausted'
  /** A cap is held by calls under way, and may have room again when they end. */
  | 'budget-in-flight'
  /** Too many requests within a minute. */
  | 'requests-limited'
  /** Too many tokens within a minute. */
  | 'tokens-limited'
  /** This request alone is more than the limit of a minute. */
  | 'limit-too-small'
  /** Too many requests at the same time. */
  | 'concurrency-limited'
  /** The first request with this `idempotency-key` is still under way. */
  | 'key-in-flight'
  /** Another request was made with this `idempotency-key`. */
  | 'key-reused'
  /** A store that has to be asked did not answer, and the operator chose to refuse. */
  | 'store-failed'
  /** Nobody that this text may go to can serve it. */
  | 'privacy-refused'
  /** It looks like an attack, and the operator's rules block those. */
  | 'content-blocked'
  /** A model file is not what it must be. */
  | 'bad-model'
  /** The request came through this gateway before: an upstream leads back to it. */
  | 'loop-detected'
  /** A local node has no room in its queue. */
  | 'queue-full'
  /** A local node has no model loaded yet. */
  | 'not-ready'
  /** The upstream refused the request itself; its own code and status are passed on. */
  | 'tier-refused'
  /** The upstream failed, or broke off its answer. */
  | 'tier-failed'
  /** No answer within its deadline. */
  | 'timed-out'
  /** All that may serve this request are failing or resting. */
  | 'no-tier-left'
  /** The caller left before the answer was complete; it is recorded and seen by nobody. */
  | 'client-gone'
  /** A fault of the gateway's or of a function of the host's; `onFault` hears its cause. */
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
