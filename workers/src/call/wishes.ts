/**
 * What a caller asks for beside the chat: read from the model's name and the headers, joined with its account.
 *
 * A header may tighten privacy and never loosen it: the strictest of account and caller wins. A value that is not
 * understood is refused with its header's name; guessing at it could send a text where it must not go.
 */
import {
  type Ask,
  isOpenTo,
  type MayUse,
  NearsideError,
  type PrivacyLevel,
  privacyLevels,
  requestHeaders,
  type Strategy,
  strictest,
  tierNames,
  type Wishes,
} from '@nearside/core'
import type { Account } from '../options/options.ts'
import type { Options } from '../options/resolve-options.ts'

export type HeaderReader = (name: string) => string | undefined

export function readPrivacyLevel(header: HeaderReader, account: Account): PrivacyLevel {
  return strictest(
    account.privacy ?? 'public',
    oneOf(header, requestHeaders.privacy, privacyLevels) ?? 'public',
  )
}

export function readWishes(header: HeaderReader, account: Account, model: string, options: Options): Wishes {
  const tier = oneOf(header, requestHeaders.tier, tierNames)
  const strategy: Strategy | null = readStrategy(header, options)
  const ask: Ask = tier === null ? readAsk(model, options) : { kind: 'tier', tier }
  const { mayUse } = account
  if (mayUse !== undefined) refuseUnscoped(ask, mayUse, options)
  return {
    ask,
    privacy: { level: readPrivacyLevel(header, account), providers: account.providers ?? [] },
    latencyMs: numberIn(header, requestHeaders.latencyMs, 1, 600_000),
    quality: numberIn(header, requestHeaders.quality, 0, 1),
    strategy,
    ...(mayUse === undefined ? {} : { mayUse }),
  }
}

function readStrategy(header: HeaderReader, { strategies, policy }: Options): Strategy | null {
  const offered = strategies.map(({ name }) => name)
  const strategy = oneOf<Strategy>(header, requestHeaders.strategy, ['direct', 'domain', ...offered])
  if (strategy === 'domain' && policy.domain === null)
    throw badHeader(requestHeaders.strategy, 'names domain, for which this gateway has no measured table')
  return strategy
}

export function readPriority(header: HeaderReader): 'interactive' | 'batch' | null {
  return oneOf(header, requestHeaders.priority, ['interactive', 'batch'])
}

/** Says what the key is good for: whoever asks for more has to know what to ask for instead. */
function refuseUnscoped(ask: Ask, mayUse: MayUse, { targets }: Options): void {
  const named = targets.filter(
    (target) =>
      ask.kind === 'auto' || (ask.kind === 'tier' ? target.tier === ask.tier : target.model === ask.model),
  )
  if (named.length === 0 || named.some((target) => isOpenTo(mayUse, target))) return
  const { tiers = tierNames, models } = mayUse
  const only = models === undefined ? '' : ` with the models ${models.join(', ')}`
  throw new NearsideError('forbidden', `This API key is good for ${tiers.join(', ')}${only} alone.`, {
    param: 'model',
  })
}

function readAsk(model: string, options: Options): Ask {
  const name = options.aliases.get(model) ?? model
  if (name === 'auto') return { kind: 'auto' }
  for (const tier of tierNames) if (name === tier) return { kind: 'tier', tier }
  if (options.targets.some((target) => target.model === name && target.tier !== 'edge')) {
    return { kind: 'model', model: name }
  }
  throw new NearsideError('unknown-model', 'This model is not served here; GET /v1/models lists what is.', {
    param: 'model',
  })
}

function oneOf<T extends string>(header: HeaderReader, name: string, known: readonly T[]): T | null {
  const given = header(name)
  if (given === undefined) return null
  const found = known.find((word) => word === given.trim())
  if (found === undefined) throw badHeader(name, `is one of ${known.join(', ')}`)
  return found
}

function numberIn(header: HeaderReader, name: string, least: number, most: number): number | null {
  const given = header(name)
  if (given === undefined) return null
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (!(value >= least && value <= most)) throw badHeader(name, `is a number from ${least} to ${most}`)
  return value
}

function badHeader(name: string, what: string): NearsideError {
  return new NearsideError('bad-request', `The header ${name} ${what}.`, { param: name })
}
