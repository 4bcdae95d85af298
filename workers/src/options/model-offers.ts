/**
 * The models that an upstream offers, with their prices.
 *
 * A frontier model needs a price, its own or the catalogue's: a call whose cost is unknown cannot be held under any cap.
 */
import { type Catalogue, contextTokensOf, type Price, priceOf, type Target } from '@nearside/core'
import { checkKeys, checkWhole, isModelName, isObject, wrong } from './checks.ts'
import type { EmbeddingOffer, ModelOffer } from './options.ts'

export type Tier = 'local' | 'frontier'

export type Prices = { readonly own: Catalogue; readonly day: string }

const offerKeys: Readonly<Record<keyof ModelOffer, true>> = {
  model: true,
  price: true,
  contextTokens: true,
  tools: true,
  images: true,
}

const embeddingKeys: Readonly<Record<keyof EmbeddingOffer, true>> = {
  model: true,
  price: true,
  contextTokens: true,
}

export function readOffer(
  given: string | ModelOffer,
  tier: Tier,
  path: string,
  prices: Prices,
): Pick<Target, 'model' | 'price' | 'contextTokens' | 'tools' | 'images'> {
  const offer: ModelOffer = typeof given === 'string' ? { model: given } : given
  if (!isObject(offer)) throw wrong(path, 'is a model’s name, or an object with one')
  checkKeys(offer, offerKeys, path)
  if (!isModelName(offer.model)) throw wrong(`${path}.model`, 'is a model’s name, in ASCII without spaces')
  if (offer.contextTokens !== undefined) checkWhole(offer.contextTokens, `${path}.contextTokens`, 1e9)
  for (const able of ['tools', 'images'] as const) {
    if (offer[able] !== undefined && typeof offer[able] !== 'boolean')
      throw wrong(`${path}.${able}`, 'is true or false')
  }
  const frontier = tier === 'frontier'
  return {
    model: offer.model,
    price: readPrice(offer, frontier ? priceOf(offer.model, prices.day, prices.own) : null, frontier, path),
    contextTokens:
      offer.contextTokens ?? (frontier ? (contextTokensOf(offer.model, prices.own) ?? 128_000) : 8_192),
    tools: offer.tools ?? frontier,
    images: offer.images ?? frontier,
  }
}

export function readEmbeddingOffer(
  given: string | EmbeddingOffer,
  tier: Tier,
  path: string,
  prices: Prices,
): ReturnType<typeof readOffer> {
  if (typeof given !== 'string') {
    if (!isObject(given)) throw wrong(path, 'is a model’s name, or an object with one')
    checkKeys(given, embeddingKeys, path)
  }
  return { ...readOffer(given, tier, path, prices), tools: false, images: false }
}

function readPrice(offer: ModelOffer, listed: Price | null, frontier: boolean, path: string): Price | null {
  if (offer.price === 'free') return null
  const price = offer.price ?? listed
  if (price === null && frontier) {
    throw wrong(
      `${path}.price`,
      `is needed: the catalogue has none for ${offer.model}, and unknown is not free`,
    )
  }
  if (price !== null) checkPrice(price, `${path}.price`)
  return price
}

function checkPrice(price: Price, path: string): void {
  if (!isObject(price)) throw wrong(path, 'is an object of rates, or free')
  if (price.longContext === undefined)
    throw wrong(`${path}.longContext`, 'is null, or the rates of long prompts')
  for (const rates of [price, ...(price.longContext === null ? [] : [price.longContext])]) {
    for (const rate of [rates.prompt, rates.cachedPrompt, rates.output]) {
      if (!Number.isSafeInteger(rate) || rate < 0) {
        throw wrong(path, 'has whole nano-dollars a token: a dollar for a million tokens is 1000')
      }
    }
  }
}
