/** Who is told of soft caps, out of the environment's text. With a Redis, one isolate of all tells it. */
import { redisFirstOnce } from '../budget/first-once.ts'
import type { NearsideOptions } from '../options/options.ts'
import { namedRedis, type RedisSettings } from './named-redis.ts'

type Settings = RedisSettings & Readonly<Record<'NEARSIDE_ALERT_URL' | 'NEARSIDE_ALERT_SECRET', string>>

export function readAlerts(settings: Settings): Pick<NearsideOptions, 'alerts'> {
  const { NEARSIDE_ALERT_URL: url, NEARSIDE_ALERT_SECRET: secret } = settings
  if (url === '') return {}
  const redis = namedRedis(settings)
  return {
    alerts: {
      url,
      ...(secret === '' ? {} : { secret }),
      ...(redis === null ? {} : { once: redisFirstOnce(redis.address) }),
    },
  }
}
