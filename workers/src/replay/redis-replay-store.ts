/**
 * Claims and answers in Redis, shared by every isolate and every process: each verb is one script, one round trip.
 *
 * One hash for each key, in its tenant's slot, whose end Redis keeps itself: a lapsed claim is a key that has gone.
 * Fields are digest, owner and, once there is one, the sealed answer; an empty answer was too large to be kept. Errors of
 * the client carry the whole command, so of any of them only that the store failed is passed on.
 */
import { openRedisWords, type RedisReplayOptions } from './redis-words.ts'
import type { Claim, ReplayStore, Standing } from './replay-store.ts'

// Short enough to be sent whole: a digest would save little, and cost a second trip after each restart.
const flag = '#!lua flags=allow-key-locking\n'

const standing = `
local digest, owner, answer = unpack(redis.call('HMGET', KEYS[1], 'd', 'o', 'a'))
local function stands()
  if not digest then return {'free'} end
  if digest ~= ARGV[1] then return {'other-body'} end
  if not answer then return {'in-flight'} end
  return {'kept', answer}
end
local own = owner == ARGV[2] and digest == ARGV[1] and not answer
`

const scripts = {
  begin: `${flag}${standing}
if own then return {'claimed'} end
if digest then return stands() end
redis.call('HSET', KEYS[1], 'd', ARGV[1], 'o', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'claimed'}`,
  keep: `${flag}${standing}
if not own then return {'no'} end
redis.call('HSET', KEYS[1], 'a', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'yes'}`,
  giveUp: `${flag}${standing}
if not own then return {'no'} end
redis.call('DEL', KEYS[1])
return {'yes'}`,
  read: `${flag}${standing}
return stands()`,
} as const

export function redisReplayStore(given: RedisReplayOptions): ReplayStore {
  const redis = openRedisWords(given, 'idempotency keys')

  async function run<Outcome>(
    verb: keyof typeof scripts,
    { tenant, name, digest, owner }: Claim,
    args: readonly string[],
    read: (words: readonly unknown[]) => Outcome | null,
  ): Promise<Outcome> {
    const words = await redis.run(scripts[verb], tenant, `i:${name}`, [digest, owner, ...args])
    // A client whose deadline is badly set resolves a hung call to nothing.
    const outcome = Array.isArray(words) ? read(words) : null
    if (outcome === null) throw redis.failed('The reply says nothing that is known.')
    return outcome
  }

  return {
    begin: (claim, leaseMs) =>
      run('begin', claim, [String(leaseMs)], (words) => {
        if (words[0] === 'claimed') return { outcome: 'claimed' }
        const read = standingOf(words)
        return read?.outcome === 'free' ? null : read
      }),
    keep: (claim, answer, keepMs) => run('keep', claim, [String(keepMs), answer ?? ''], yesOrNo),
    giveUp: (claim) => run('giveUp', claim, [], yesOrNo),
    read: (claim) => run('read', claim, [], standingOf),
  }
}

function standingOf([outcome, answer]: readonly unknown[]): Standing | null {
  if (outcome === 'free' || outcome === 'in-flight' || outcome === 'other-body') return { outcome }
  if (outcome !== 'kept' || typeof answer !== 'string') return null
  return { outcome, answer: answer === '' ? null : answer }
}

function yesOrNo([word]: readonly unknown[]): boolean | null {
  return word === 'yes' ? true : word === 'no' ? false : null
}
