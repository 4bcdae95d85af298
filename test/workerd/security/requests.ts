/** What the suites ask and look at, in as few words as they need. */
import { createHash } from 'node:crypto'
import type { Frontier } from '../../doubles/frontier.ts'

/** Nothing local takes it, nothing at the edge answers it. */
export const hardQuestion =
  'Prove by induction, rigorously and step by step, that the theorem holds, and derive the algorithm.'

export const callerKey = 'caller-key-of-acme'
export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex')

export const price = {
  since: '2026-01-01',
  prompt: 1_000,
  cachedPrompt: 1_000,
  output: 4_000,
  longContext: null,
}

/** A frontier double as the options' frontier. */
export function asFrontier(double: Frontier, zone = 'provider:double'): Record<string, unknown> {
  return { url: `${double.url}/v1`, key: double.key, models: [{ model: 'gpt-double', price }], zone }
}

/** A double as a node on premises. */
export function asLocal(double: Frontier, zone = 'premises'): Record<string, unknown> {
  return { url: `${double.url}/v1`, key: double.key, models: ['small-double'], zone }
}

export function keysOf(account: Record<string, unknown> = {}): Record<string, unknown> {
  return { [digestOf(callerKey)]: { tenant: 'acme', ...account } }
}

export function chatBody(given: Record<string, unknown> = {}): Record<string, unknown> {
  return { model: 'frontier', messages: [{ role: 'user', content: hardQuestion }], ...given }
}

export type Heard = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string
  }
}

/** The text of an answer whose connection was broken off. */
export const brokenOff = 'broken off'

export const chatPath = '/v1/chat/completions'

export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  path: string = chatPath,
): Promise<Heard> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${callerKey}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  })
  return heard(response.status, response.headers, await response.text().catch(() => brokenOff))
}

export async function get(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Heard> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${callerKey}`, ...headers } })
  return heard(response.status, response.headers, await response.text())
}

export function heard(status: number, headers: Headers, text: string): Heard {
  return { status, headers, text, error: errorIn(text) }
}

/** The members of OpenAI's error body, or of none. */
function errorIn(text: string): Heard['error'] {
  const none = { message: '', type: '', param: null, code: '' }
  try {
    const { error = none } = JSON.parse(text) as { error?: Heard['error'] }
    return error
  } catch {
    return none
  }
}
