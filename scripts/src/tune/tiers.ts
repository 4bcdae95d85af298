/**
 * The two models that are tuned for: a near one and the frontier, each an OpenAI-compatible address; or a gateway, which has both
 * under the names of its tiers. Addresses and keys are the gateway's own variables, so that what is tuned is what is served.
 */
import { NearsideError, type Price, priceOf } from '@nearside/core'
import type { TuneWords } from './read-words.ts'

export type Tier = {
  readonly name: 'local' | 'frontier'
  /** Of chat completions. */
  readonly url: string
  readonly model: string
  readonly headers: Readonly<Record<string, string>>
  readonly price: Price
}

export type Tiers = { readonly local: Tier; readonly frontier: Tier }

const free: Price = { prompt: 0, cachedPrompt: 0, output: 0, since: '1970-01-01', longContext: null }

export function readTiers(
  given: Pick<TuneWords, 'gateway' | 'frontierPrice' | 'localPrice'>,
  env: Readonly<Record<string, string | undefined>>,
  onDay: string,
): Tiers {
  const named = (name: string): string | null => env[name]?.split(',')[0]?.trim() || null
  const { gateway } = given
  const frontierModel = gateway === null ? (named('NEARSIDE_FRONTIER_MODELS') ?? 'gpt-5') : 'frontier'
  const frontierKey = gateway === null ? env.NEARSIDE_FRONTIER_KEY || env.OPENAI_API_KEY : env.NEARSIDE_KEY
  const localUrl = gateway ?? named('NEARSIDE_LOCAL_URL')
  const frontierUrl =
    gateway ?? named('NEARSIDE_FRONTIER_URL') ?? (frontierKey ? 'https://api.openai.com/v1' : null)
  if (localUrl === null) throw wrong('NEARSIDE_LOCAL_URL names the near model, or --gateway URL a gateway')
  if (frontierUrl === null)
    throw wrong(
      'NEARSIDE_FRONTIER_URL or NEARSIDE_FRONTIER_KEY names the frontier, or --gateway URL a gateway',
    )
  const price = given.frontierPrice === null ? priceOf(frontierModel, onDay) : pricedAt(given.frontierPrice)
  if (price === null)
    throw wrong(
      `the price of ${frontierModel} is not known, and an unknown price is not free: --frontier-price PROMPT,OUTPUT in dollars for a million tokens`,
    )
  return {
    local: {
      name: 'local',
      url: chatAt(localUrl),
      model: gateway === null ? (named('NEARSIDE_LOCAL_MODELS') ?? 'nearside-demo') : 'local',
      headers: headersOf(gateway === null ? env.NEARSIDE_LOCAL_SECRET : env.NEARSIDE_KEY, gateway),
      price: given.localPrice === null ? free : pricedAt(given.localPrice),
    },
    frontier: {
      name: 'frontier',
      url: chatAt(frontierUrl),
      model: frontierModel,
      headers: headersOf(frontierKey, gateway),
      price,
    },
  }
}

function headersOf(key: string | undefined, gateway: string | null): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    ...(key ? { authorization: `Bearer ${key}` } : {}),
    // A remembered answer tells nothing of what one costs or takes.
    ...(gateway === null ? {} : { 'x-nearside-cache': 'off' }),
  }
}

function pricedAt({ prompt, output }: { readonly prompt: number; readonly output: number }): Price {
  const nano = (usd: number): number => Math.ceil(usd * 1_000)
  return { ...free, prompt: nano(prompt), cachedPrompt: nano(prompt), output: nano(output) }
}

function chatAt(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (cause) {
    throw new NearsideError('bad-options', 'The address of a tier is a URL: http://127.0.0.1:8080/v1.', {
      cause,
    })
  }
  const path = parsed.pathname.replace(/\/+$/, '')
  return `${parsed.origin}${path.endsWith('/v1') ? path : `${path}/v1`}/chat/completions`
}

function wrong(message: string): NearsideError {
  return new NearsideError('bad-options', `${message}.`)
}
