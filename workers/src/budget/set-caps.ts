/** Turns the caps an operator wrote into those the ledger rests on: checked, filled, each with its zone's table. */
import { type Cap, type CapTerms, capOf } from '@nearside/core'
import { zoneTableOf } from './zone-table-of.ts'

export function setCaps(terms: readonly CapTerms[], now: number, path = 'caps'): readonly Cap[] {
  return terms.map((term, index) => {
    const at = `${path}[${index}]`
    return capOf(term, zoneTableOf(term.timeZone ?? 'UTC', now, `${at}.timeZone`), at)
  })
}
