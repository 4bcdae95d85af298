/** What holds where a better answer was wished for and there is none: whether the near one may stand, and what it is called. */
import type { AnswerCheck, Degradation, NearsideError } from '@nearside/core'

/** A floor is the caller's word, or the operator's: what nothing tells to reach it, does not. */
export function isBelowFloor({ confidence }: AnswerCheck, floor: number): boolean {
  return floor > 0 && (confidence ?? 0) < floor
}

export function isDenial({ code }: NearsideError): boolean {
  return code.startsWith('budget-') || isLimit(code)
}

function isLimit(code: NearsideError['code']): boolean {
  return code.endsWith('-limited') || code === 'limit-too-small'
}

export function whyNotBetter({ code }: NearsideError): Degradation {
  if (code.startsWith('budget-')) return 'budget-spent'
  if (isLimit(code)) return 'limit-reached'
  return code === 'store-failed' ? 'store-down' : 'frontier-down'
}
