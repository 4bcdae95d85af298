/** How near answers are judged, checked: a judge that is one of the upstreams, with money of its own. */
import { type CapTerms, isZone, type Target, type ThresholdTerms, type Zone } from '@nearside/core'
import { checkSealSecret } from '../replay/seal.ts'
import type { SharedBook } from '../verdicts/keeper.ts'
import { checkKeys, checkWhole, isObject, wrong } from './checks.ts'
import type { NearsideOptions } from './options.ts'
import type { QualityOptions } from './quality-options.ts'

export type Quality = {
  readonly share: number
  readonly judge: Target
  readonly caps: readonly CapTerms[]
  readonly tenant: string
  readonly level: number
  readonly window: number
  readonly concurrent: number
  readonly deadlineMs: number
  readonly answerTokens: number
  readonly thresholds: ThresholdTerms | null
  /** Null where each isolate keeps its own. */
  readonly book: SharedBook | null
  readonly queue: {
    readonly send: NonNullable<QualityOptions['queue']>['send']
    readonly secret: string
    readonly zone: Zone
  } | null
  readonly onJudged: NonNullable<QualityOptions['onJudged']> | null
  readonly onThresholdMove: NonNullable<QualityOptions['onThresholdMove']> | null
}

const known: Readonly<Record<keyof QualityOptions, true>> = {
  share: true,
  judge: true,
  caps: true,
  tenant: true,
  level: true,
  window: true,
  concurrent: true,
  deadlineMs: true,
  answerTokens: true,
  thresholds: true,
  book: true,
  queue: true,
  onJudged: true,
  onThresholdMove: true,
}

/** Work behind an answer is cut off after 30 seconds. */
const mostDeadlineMs = 25_000

export function resolveQuality(
  { quality: given, budgets }: NearsideOptions,
  targets: readonly Target[],
): Quality | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('quality', 'is an object with share, judge and caps')
  checkKeys(given, known, 'quality')
  const share = within(given.share, 'quality.share', 0, 1)
  if (share === 0) throw wrong('quality.share', 'is more than 0; leave quality out to judge nothing')
  const judge = targets.find(({ model, tier }) => tier !== 'edge' && model === given.judge)
  if (judge === undefined) throw wrong('quality.judge', 'is a model of frontier or local')
  const caps = given.caps ?? []
  if (judge.price !== null && (budgets === undefined || caps.length === 0)) {
    throw wrong(
      'quality.caps',
      'needs a cap, and budgets that keep it: nothing else bounds what judging costs',
    )
  }
  const tenant = given.tenant ?? 'nearside-judge'
  if (typeof tenant !== 'string' || !/^[A-Za-z0-9._-]{1,128}$/.test(tenant))
    throw wrong('quality.tenant', 'is letters, digits, dots, dashes and underscores')
  for (const name of ['onJudged', 'onThresholdMove'] as const) {
    if (given[name] !== undefined && typeof given[name] !== 'function')
      throw wrong(`quality.${name}`, 'is a function')
  }
  if (given.book !== undefined && typeof given.book?.open !== 'function')
    throw wrong('quality.book', 'is what sharedVerdicts makes')
  const whole = (
    name: 'window' | 'concurrent' | 'deadlineMs' | 'answerTokens',
    otherwise: number,
    most: number,
  ) => {
    const value = given[name] ?? otherwise
    checkWhole(value, `quality.${name}`, most)
    return value
  }
  return {
    share,
    judge,
    caps,
    tenant,
    level: within(given.level ?? 0.8, 'quality.level', 0, 1),
    window: whole('window', 200, 10_000),
    concurrent: whole('concurrent', 2, 100),
    deadlineMs: whole('deadlineMs', 20_000, mostDeadlineMs),
    answerTokens: whole('answerTokens', 1_024, 32_768),
    thresholds: resolveThresholds(given.thresholds),
    book: given.book ?? null,
    queue: resolveQueue(given.queue),
    onJudged: given.onJudged ?? null,
    onThresholdMove: given.onThresholdMove ?? null,
  }
}

function resolveThresholds(given: QualityOptions['thresholds']): ThresholdTerms | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('quality.thresholds', 'is an object of step, floor and ceiling')
  checkKeys(given, { step: true, floor: true, ceiling: true }, 'quality.thresholds')
  const part = (name: keyof ThresholdTerms, otherwise: number, least: number, most: number): number =>
    within(given[name] ?? otherwise, `quality.thresholds.${name}`, least, most)
  return {
    step: part('step', 0.05, 0.001, 1),
    floor: part('floor', 0, -1, 0),
    ceiling: part('ceiling', 0.2, 0, 1),
  }
}

function resolveQueue(given: QualityOptions['queue']): Quality['queue'] {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('quality.queue', 'is an object with send and a secret')
  checkKeys(given, { send: true, secret: true, zone: true }, 'quality.queue')
  if (typeof given.send !== 'function') throw wrong('quality.queue.send', 'is a function')
  // Text is queued sealed or not at all.
  checkSealSecret(given.secret, 'quality.queue.secret')
  const zone = given.zone ?? 'provider:queue'
  if (!isZone(zone)) throw wrong('quality.queue.zone', 'is premises, gateway or provider:<name>')
  return { send: given.send, secret: given.secret, zone }
}

function within(value: unknown, path: string, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw wrong(path, `is a number from ${least} to ${most}, but was ${String(value)}`)
}
