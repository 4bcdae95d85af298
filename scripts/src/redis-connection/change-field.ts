/**
 * Changes a field of a hash where it still is what was read: of two operators who change one thing at the same time the
 * second is told, since writing his older copy back would undo what the first has done.
 */
import { NearsideError } from '@nearside/core'
import type { RedisLink } from './redis-link.ts'

/** Null stands for a field that is not there. */
export type FieldChange = {
  readonly hash: string
  readonly field: string
  readonly before: string | null
  readonly after: string | null
}

const script = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= (ARGV[2] ~= '' and ARGV[2]) then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1`

export async function changeField(
  link: RedisLink,
  { hash, field, before, after }: FieldChange,
): Promise<void> {
  const flag = link.upstash ? '#!lua flags=allow-key-locking\n' : ''
  const changed = await link.eval(`${flag}${script}`, [hash], [field, before ?? '', after ?? ''])
  if (Number(changed) === 1) return
  throw new NearsideError(
    'store-failed',
    `Somebody else has just changed ${field}; nothing was written. Look at it and try again.`,
  )
}
