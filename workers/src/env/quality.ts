/** How near answers are judged, out of the environment's text. */
import { parseUsd } from '@nearside/core'
import type { NearsideOptions } from '../options/options.ts'
import { type SharedVerdictOptions, sharedVerdicts } from '../quality/shared-verdicts.ts'
import { redisVerdictStore } from '../verdicts/redis-verdict-store.ts'
import { words, wrong } from './words.ts'

type Settings = Readonly<
  Record<
    | 'NEARSIDE_JUDGE_SHARE'
    | 'NEARSIDE_JUDGE_MODEL'
    | 'NEARSIDE_JUDGE_DAY_USD'
    | 'NEARSIDE_JUDGE_LEVEL'
    | 'NEARSIDE_JUDGE_MOVES'
    | 'NEARSIDE_REDIS_ZONE'
    | 'UPSTASH_REDIS_REST_URL'
    | 'UPSTASH_REDIS_REST_TOKEN',
    string
  >
>

/** `own` is where the host keeps verdicts while no Redis is named; null where each isolate does for itself. */
export function readQuality(
  settings: Settings,
  frontier: NearsideOptions['frontier'] | null,
  own: SharedVerdictOptions | null = null,
): Pick<NearsideOptions, 'quality'> {
  const { NEARSIDE_JUDGE_SHARE: share, NEARSIDE_JUDGE_DAY_USD: day, NEARSIDE_JUDGE_LEVEL: level } = settings
  if (share === '') return {}
  const judge = settings.NEARSIDE_JUDGE_MODEL || firstModel(frontier)
  if (judge === null) throw wrong('NEARSIDE_JUDGE_SHARE', 'needs a frontier, or NEARSIDE_JUDGE_MODEL')
  if (day === '') {
    throw wrong(
      'NEARSIDE_JUDGE_SHARE',
      'needs NEARSIDE_JUDGE_DAY_USD: nothing else bounds what judging costs',
    )
  }
  const book = inRedis(settings) ?? own
  return {
    quality: {
      share: shareOf(share, 'NEARSIDE_JUDGE_SHARE'),
      judge,
      caps: [{ scope: 'account', window: 'day', limit: parseUsd(day, 'NEARSIDE_JUDGE_DAY_USD') }],
      ...(level === '' ? {} : { level: shareOf(level, 'NEARSIDE_JUDGE_LEVEL') }),
      ...(settings.NEARSIDE_JUDGE_MOVES === 'true' ? { thresholds: {} } : {}),
      ...(book === null ? {} : { book: sharedVerdicts(book) }),
    },
  }
}

function inRedis(settings: Settings): SharedVerdictOptions | null {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = settings
  if (url === '') return null
  const declared = settings.NEARSIDE_REDIS_ZONE as NonNullable<NearsideOptions['budgetsZone']> | ''
  return { store: redisVerdictStore({ url, token }), zone: declared || `provider:${new URL(url).host}` }
}

function firstModel(frontier: NearsideOptions['frontier'] | null): string | null {
  const [first] = frontier == null ? [] : [frontier].flat()
  const model = first?.models[0]
  return model === undefined ? null : typeof model === 'string' ? model : model.model
}

function shareOf(text: string, name: string): number {
  const share = Number(text)
  if (words(text).length === 1 && share >= 0 && share <= 1) return share
  throw wrong(name, 'is a number from 0 to 1')
}
