/** The operator's own prices, before the catalogue's: a list in JSON. */
import { type Catalogue, NearsideError, readPriceList } from '@nearside/core'
import type { Settings } from './settings.ts'
import { wrong } from './words.ts'

export function readPrices({ NEARSIDE_PRICES: given }: Settings): Catalogue {
  if (given === '') return new Map()
  let list: unknown
  try {
    list = JSON.parse(given)
  } catch (cause) {
    throw new NearsideError('bad-options', 'NEARSIDE_PRICES is JSON.', { param: 'NEARSIDE_PRICES', cause })
  }
  if (Array.isArray(list)) throw wrong('NEARSIDE_PRICES', 'is a JSON object of models by their names')
  return readPriceList(list, 'NEARSIDE_PRICES')
}
