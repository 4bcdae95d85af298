/**
 * Finds what a model costs on a day: in the operator's own list, else in the catalogue, else nowhere.
 *
 * Nowhere is `null`, and a caller who counts money refuses it: an unknown price is never a free one. That holds
 * for a day before the first price too. A model that the operator lists is the operator's: the catalogue's price
 * is not looked at, so an old list cannot be mixed with a newer one.
 */
import { type Catalogue, type CatalogueEntry, catalogue } from './catalogue.ts'
import type { Price } from './price.ts'

/** `onDay` is an ISO date, `2026-11-21`; prices change at midnight UTC of their first day. */
export function priceOf(model: string, onDay: string, own: Catalogue = noPrices): Price | null {
  // ISO dates compare as text.
  const held = entryOf(model, own)?.prices.filter((price) => price.since <= onDay) ?? []
  return held.reduce<Price | null>(
    (latest, price) => (latest && latest.since > price.since ? latest : price),
    null,
  )
}

/** Tokens that prompt and answer may take together; null where neither list says. */
export function contextTokensOf(model: string, own: Catalogue = noPrices): number | null {
  return own.get(model)?.contextTokens ?? catalogue.get(model)?.contextTokens ?? null
}

const noPrices: Catalogue = new Map()

function entryOf(model: string, own: Catalogue): CatalogueEntry | undefined {
  return own.get(model) ?? catalogue.get(model)
}
