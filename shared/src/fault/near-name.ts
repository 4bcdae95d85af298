/**
 * Which of the known names was most likely meant by one that is not known: at most two letters are missing, too many
 * or wrong, whatever their case. Whoever misspells an option is told that one, and not a list of fifty.
 */
export function nearName(given: string, known: readonly string[]): string | null {
  if (given.length > longestName) return null
  const word = given.toLowerCase()
  let near: string | null = null
  // In a short name two letters make another word.
  let least = word.length < 5 ? 2 : 3
  for (const name of known) {
    if (Math.abs(name.length - word.length) >= least) continue
    const apart = lettersApart(word, name.toLowerCase())
    if (apart >= least) continue
    least = apart
    near = name
  }
  return near
}

/** What is wrong with a name that is not known: the one that was meant, or else all that there are. */
export function unknownName(kind: string, given: string, known: readonly string[]): string {
  const near = nearName(given, known)
  return `is not ${kind}; ${near === null ? `there are ${known.join(', ')}` : `did you mean ${near}?`}`
}

const longestName = 100

/** Levenshtein's distance, row by row. */
function lettersApart(word: string, name: string): number {
  let above = Array.from({ length: name.length + 1 }, (_, at) => at)
  for (let row = 1; row <= word.length; row++) {
    const here = [row]
    for (let at = 1; at <= name.length; at++) {
      const changed = above[at - 1]! + (word[row - 1] === name[at - 1] ? 0 : 1)
      here.push(Math.min(changed, above[at]! + 1, here[at - 1]! + 1))
    }
    above = here
  }
  return above[name.length]!
}
