/** How far two texts are apart in wording: so many words stand in one and not in the other, however they are written and pointed. */
export function wordsApart(one: string, other: string): number {
  const left = wordsOf(other)
  let shared = 0
  const words = wordsOf(one)
  for (const word of words) {
    const at = left.indexOf(word)
    if (at < 0) continue
    left.splice(at, 1)
    shared++
  }
  return words.length - shared + left.length
}

/** The words of a text without case and marks. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}
