/** Who is told of requests, out of the environment's text. */
import type { Zone } from '@nearside/core'
import type { NearsideOptions } from '../options/options.ts'
import { otlp } from '../telemetry/otlp.ts'
import { pairs } from './words.ts'

type Settings = Readonly<
  Record<
    'NEARSIDE_OTLP_URL' | 'NEARSIDE_OTLP_HEADERS' | 'NEARSIDE_OTLP_ZONE' | 'NEARSIDE_OTLP_SERVICE',
    string
  >
>

export function readTelemetry(settings: Settings): Pick<NearsideOptions, 'telemetry'> {
  const { NEARSIDE_OTLP_URL: url, NEARSIDE_OTLP_ZONE: zone, NEARSIDE_OTLP_SERVICE: serviceName } = settings
  if (url === '') return {}
  const collector = otlp({
    url,
    headers: Object.fromEntries(pairs(settings.NEARSIDE_OTLP_HEADERS, 'NEARSIDE_OTLP_HEADERS')),
    ...(zone === '' ? {} : { zone: zone as Zone }),
    ...(serviceName === '' ? {} : { serviceName }),
  })
  return { telemetry: [collector] }
}
