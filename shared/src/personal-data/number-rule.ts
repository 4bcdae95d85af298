/**
 * A kind of number as a row: what it is called, how it is written, and what makes its digits valid.
 *
 * `forms` are ways of writing that stand for themselves; `bare` ways need one of `words` beside them, for a check digit
 * lets one number in ten or eleven through and prices, orders and counts are numbers too.
 */
import type { PersonalKind } from './finding.ts'

export type NumberRule = {
  readonly kind: PersonalKind
  readonly detail: string
  /** Group sizes, and behind a colon the separators allowed between groups; without a colon, spaces or hyphens. */
  readonly forms: readonly string[]
  readonly bare?: readonly string[]
  readonly words?: RegExp
  readonly valid: (digits: string) => boolean
}
