/** Who is told of soft caps, out of the environment's text. With a Redis, one isolate of all tells it. */
import { redisFirstOnce } from '../budget/first-once.ts'
import type { NearsideOptions } from '../options/options.ts'

type Settings = Readonly<
  Record<
    'NEARSIDE_ALERT_URL' | 'NEARSIDE_ALERT_SECRET' | 'UPSTASH_REDIS_REST_URL' | 'UPSTASH_REDIS_REST_TOKEN',
    string
  >
>

export function readAlerts(settings: Settings): Pick<NearsideOptions, 'alerts'> {
  const { NEARSIDE_ALERT_URL: url, NEARSIDE_ALERT_SECRET: secret, UPSTASH_REDIS_REST_URL: redis } = settings
  if (url === '') return {}
  return {
    alerts: {
      url,
      ...(secret === '' ? {} : { secret }),
      ...(redis === ''
        ? {}
        : { once: redisFirstOnce({ url: redis, token: settings.UPSTASH_REDIS_REST_TOKEN }) }),
    },
  }
}
