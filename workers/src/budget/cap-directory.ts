/** Where an operator's caps are kept, by tenant. The gateway only reads; `nearside budget set` writes. */
import { type CapTerms, NearsideError } from '@nearside/core'
import { type SendCommand, upstashCommands } from './redis-scripts.ts'

export interface CapDirectory {
  /** All caps of a tenant, of whatever scope. Throws where it cannot be told. */
  read(tenant: string): Promise<readonly CapTerms[]>
}

/** One hash of all tenants: a list of caps is read whole, once in a stated time. */
export const capsInRedis = 'nearside:caps'

export type RedisCapDirectoryOptions =
  | { readonly url: string; readonly token: string; readonly timeoutMs?: number }
  | { readonly send: SendCommand }

export function redisCapDirectory(given: RedisCapDirectoryOptions): CapDirectory {
  const send =
    'send' in given ? given.send : upstashCommands(given.url, given.token, given.timeoutMs ?? 1_000)
  return {
    async read(tenant) {
      const text = await send(['HGET', capsInRedis, tenant]).catch(() => {
        // What went wrong may quote the command.
        throw new NearsideError('store-failed', 'The directory of caps did not answer as it should.')
      })
      return text === null ? [] : readCapList(String(text))
    },
  }
}

export function memoryCapDirectory(caps: ReadonlyMap<string, readonly CapTerms[]>): CapDirectory {
  return { read: async (tenant) => caps.get(tenant) ?? [] }
}

/** Each cap is checked when it is made ready; a list that is none holds nobody back, so it is a fault. */
function readCapList(text: string): readonly CapTerms[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw unreadable()
  }
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'object' && entry !== null))
    throw unreadable()
  return list as readonly CapTerms[]
}

function unreadable(): NearsideError {
  return new NearsideError('store-failed', 'The caps of this account cannot be read.')
}
