/** The records of all keys, in the hash of Redis that the gateways read. */
import { type KeyRecord, NearsideError, readKeyRecord, writeKeyRecord } from '@nearside/core'
import { keysInRedis } from '@nearside/workers/redis'
import type { RedisLink } from '../redis-connection/redis-link.ts'

export async function allKeys(link: RedisLink): Promise<readonly KeyRecord[]> {
  const reply = await link.ask(['HVALS', keysInRedis])
  const records = (Array.isArray(reply) ? reply : []).map((text) => readKeyRecord(String(text)))
  return records.toSorted((one, other) => one.createdAt - other.createdAt || one.id.localeCompare(other.id))
}

export async function keyNamed(link: RedisLink, id: string): Promise<KeyRecord> {
  const text = await link.ask(['HGET', keysInRedis, id])
  if (typeof text !== 'string') {
    throw new NearsideError(
      'bad-options',
      `There is no key ${id}; \`nearside keys list\` shows those that there are.`,
    )
  }
  return readKeyRecord(text)
}

/** An id that is taken already is another key's: nothing is written then. */
export async function writeNewKey(link: RedisLink, record: KeyRecord): Promise<void> {
  if ((await link.ask(['HSETNX', keysInRedis, record.id, writeKeyRecord(record)])) === 1) return
  throw new NearsideError(
    'store-failed',
    'A key of this id is there already; nothing was changed. Try again.',
  )
}

export async function changeKey(link: RedisLink, record: KeyRecord): Promise<void> {
  await link.ask(['HSET', keysInRedis, record.id, writeKeyRecord(record)])
}
