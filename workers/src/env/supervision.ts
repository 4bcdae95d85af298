/** The supervised strategies out of the environment's text: they are there where a Redis and a secret to seal with are. */
import { isSupervised, type Policy } from '@nearside/core'
import type { NearsideOptions } from '../options/options.ts'
import { redisSessionStore } from '../supervision/redis-session-store.ts'
import { executeVerifyAdvise, planExecuteVerifyReplan } from '../supervision/supervised.ts'
import { namedRedis, type RedisSettings } from './named-redis.ts'
import { type SealSettings, sealedWith } from './sealed-with.ts'
import { wrong } from './words.ts'

type Settings = RedisSettings & SealSettings

type Named = Partial<Pick<Policy, 'strategy' | 'tasks'>>

export function readSupervision(
  settings: Settings,
  { strategy, tasks }: Named,
): Pick<NearsideOptions, 'strategies'> {
  const redis = namedRedis(settings)
  if (settings.NEARSIDE_SEAL_SECRET !== '' && redis !== null) {
    const kept = { store: redisSessionStore(redis.address), ...sealedWith(settings), zone: redis.zone }
    return { strategies: [executeVerifyAdvise(kept), planExecuteVerifyReplan(kept)] }
  }
  const named = [strategy, ...Object.values(tasks ?? {}).map((rules) => rules?.strategy)]
  const supervised = named.find((name) => name !== undefined && isSupervised(name))
  if (supervised !== undefined)
    throw wrong(
      'NEARSIDE_POLICY',
      `names ${supervised}, which needs NEARSIDE_SEAL_SECRET and UPSTASH_REDIS_REST_URL, where its sessions are kept`,
    )
  return {}
}
