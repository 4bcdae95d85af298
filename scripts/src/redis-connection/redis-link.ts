/**
 * An open way to a Redis, whatever carries it: what a command of the CLI asks it by.
 *
 * A refusal by Redis is thrown as `RedisRefusal`, whose text is for programs (`NOSCRIPT`), since it may quote keys. A
 * store that cannot be reached, or answers what no Redis answers, is `store-failed` with the store's place in words.
 */
import { NearsideError } from '@nearside/core'

export type RedisValue = string | number | null | readonly RedisValue[]

export interface RedisLink {
  /** The store without its secrets, for messages and headings. */
  readonly place: string
  /** Whether scripts begin with Upstash's flag. */
  readonly upstash: boolean
  ask(command: readonly (string | number)[]): Promise<RedisValue>
  /** What `redisBudgetStore` takes for its client. */
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
  close(): void
}

export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal'
}

export function linkOf(
  place: string,
  upstash: boolean,
  ask: (command: readonly string[]) => Promise<RedisValue>,
  close: () => void,
): RedisLink {
  return {
    place,
    upstash,
    ask: (command) => ask(command.map(String)),
    evalsha: (sha, keys, args) => ask(['EVALSHA', sha, String(keys.length), ...keys, ...args]),
    eval: (script, keys, args) => ask(['EVAL', script, String(keys.length), ...keys, ...args]),
    close,
  }
}

export function unreachable(place: string, why: string, cause?: unknown): NearsideError {
  return new NearsideError('store-failed', `The store at ${place} ${why}.`, { cause })
}
