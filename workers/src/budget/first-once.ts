/** Who is the first to say something: of all isolates where they share a Redis, else of this one. */
import { type SendCommand, upstashCommands } from './redis-scripts.ts'

export interface FirstOnce {
  /** True for one caller of that name in `holdsMs`. Throws where it cannot be told. */
  first(name: string, holdsMs: number): Promise<boolean>
}

export type RedisFirstOnceOptions =
  | { readonly url: string; readonly token: string; readonly timeoutMs?: number }
  | { readonly send: SendCommand }

export function redisFirstOnce(given: RedisFirstOnceOptions): FirstOnce {
  const send =
    'send' in given ? given.send : upstashCommands(given.url, given.token, given.timeoutMs ?? 1_000)
  return {
    async first(name, holdsMs) {
      return (await send(['SET', `nearside:said:${name}`, '1', 'NX', 'PX', String(holdsMs)])) === 'OK'
    },
  }
}
