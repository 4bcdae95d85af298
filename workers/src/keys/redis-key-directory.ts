/**
 * The directory in Redis: one hash of all records by their ids. A record is a few hundred bytes and is read once in the
 * stated time, so one hash serves as many keys as an operator will make.
 */
import { NearsideError, readKeyRecord } from '@nearside/core'
import { type SendCommand, upstashCommands } from '../budget/redis-scripts.ts'
import type { KeyDirectory } from './key-directory.ts'

export const keysInRedis = 'nearside:keys'

export type RedisKeyDirectoryOptions =
  | { readonly url: string; readonly token: string; readonly timeoutMs?: number }
  | { readonly send: SendCommand }

export function redisKeyDirectory(given: RedisKeyDirectoryOptions): KeyDirectory {
  const send =
    'send' in given ? given.send : upstashCommands(given.url, given.token, given.timeoutMs ?? 1_000)
  return {
    async read(id) {
      const text = await send(['HGET', keysInRedis, id]).catch(() => {
        // What went wrong may quote the command.
        throw new NearsideError('store-failed', 'The directory of API keys did not answer as it should.')
      })
      if (text === null) return null
      if (typeof text !== 'string')
        throw new NearsideError('store-failed', 'The record of this API key cannot be read.')
      const record = readKeyRecord(text)
      return record.id === id ? record : null
    },
  }
}
