/** A pattern and what takes its place: the grammar of this folder is a list of these, read from above to below. */
export type Frame = readonly [pattern: RegExp, becomes: string]

export const rewrite = (pattern: string, becomes: string): Frame => [new RegExp(pattern, 'i'), becomes]

export function rewritten(text: string, frames: readonly Frame[]): string {
  let rest = text
  for (const [pattern, becomes] of frames) rest = rest.replace(pattern, becomes)
  return rest
}

export const somebody = '(?:i|we|you|one|people|someone|somebody|anyone|a person|a user|users|customers)'
export const good =
  '(?:(?:best|right|proper|correct|usual|normal|standard|recommended|good|simple|easy|typical) )?'
export const way =
  '(?:ways?|methods?|procedures?|process|approach|steps?|instructions?|directions?|technique|trick)'
export const preposition = '(in|on|at|through|with|to|from|for|under|into|by|against|about)'
