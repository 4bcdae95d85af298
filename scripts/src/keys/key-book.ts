/**
 * The records of all keys, in the hash of Redis that the gateways read.
 * A record is changed only where it still is what was read: else a revoked key could be brought back to life.
 */
import { isNearsideError, type KeyRecord, NearsideError, readKeyRecord, writeKeyRecord } from '@nearside/core'
import { keysInRedis } from '@nearside/workers/redis'
import { changeField } from '../redis-connection/change-field.ts'
import type { RedisLink } from '../redis-connection/redis-link.ts'

/** What stands in the hash: its text is what a change is compared with. */
export type Kept = { readonly id: string; readonly text: string; readonly record: KeyRecord | null }

/** One that cannot be read is listed too: an operator needs to see it. */
export async function allKeys(link: RedisLink): Promise<readonly Kept[]> {
  const reply = await link.ask(['HGETALL', keysInRedis])
  const words = Array.isArray(reply) ? reply.map(String) : []
  const kept: Kept[] = []
  for (let i = 0; i + 1 < words.length; i += 2) {
    const [id = '', text = ''] = [words[i], words[i + 1]]
    kept.push({ id, text, record: readable(text) })
  }
  return kept.toSorted(
    (one, other) =>
      (one.record?.createdAt ?? 0) - (other.record?.createdAt ?? 0) || one.id.localeCompare(other.id),
  )
}

export async function keyNamed(link: RedisLink, id: string): Promise<Kept> {
  const text = await link.ask(['HGET', keysInRedis, id])
  if (typeof text === 'string') return { id, text, record: readable(text) }
  throw new NearsideError(
    'bad-options',
    `There is no key ${id}; \`nearside keys list\` shows those that there are.`,
  )
}

function readable(text: string): KeyRecord | null {
  try {
    return readKeyRecord(text)
  } catch (error) {
    if (!isNearsideError(error)) throw error
    return null
  }
}

/** An id that is taken already is another key's: nothing is written then. */
export async function writeNewKey(link: RedisLink, record: KeyRecord): Promise<void> {
  if ((await link.ask(['HSETNX', keysInRedis, record.id, writeKeyRecord(record)])) === 1) return
  throw new NearsideError(
    'store-failed',
    'A key of this id is there already; nothing was changed. Try again.',
  )
}

/** Null takes the record away: the key is then as good as made up. */
export function changeKey(link: RedisLink, { id, text }: Kept, record: KeyRecord | null): Promise<void> {
  const after = record === null ? null : writeKeyRecord(record)
  return changeField(link, { hash: keysInRedis, field: id, before: text, after })
}
