/** The operator's own prices, before the catalogue's: a list in JSON. */
import { type Catalogue, NearsideError, readPriceList } from '@nearside/core'
import type { Settings } from './settings.ts'

export function readPrices({ NEARSIDE_PRICES: given }: Settings): Catalogue {
  if (given === '') return new Map()
  let list: unknown
  try {
    list = JSON.parse(given)
  } catch (cause) {
    throw new NearsideError('bad-options', 'NEARSIDE_PRICES is JSON.', { param: 'NEARSIDE_PRICES', cause })
  }
  return readPriceList(list, 'NEARSIDE_PRICES')
}
