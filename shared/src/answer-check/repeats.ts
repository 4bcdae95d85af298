/**
 * Finds an answer that has fallen into a loop: a small model's commonest way to fail at length.
 *
 * Two looks, each linear in the text. The end of the text is asked for its period (the failure function of Knuth, Morris
 * and Pratt over the text read backwards): the same piece five times or more, over 120 characters or more, is a loop. A
 * loop that changes a word at each turn has no period, and shows in how few of its runs of four words are new.
 */
export function repeats(text: string): boolean {
  return endsInLoop(text) || saysLittleNew(text)
}

const tailChars = 4_096
const leastLoopChars = 120
const leastTurns = 5
/** A ruled line and the padding of a table are long and mean no harm. */
const leastRuleChars = 400

function endsInLoop(text: string): boolean {
  const tail = text.trimEnd().slice(-tailChars)
  const at = (index: number): number => tail.charCodeAt(tail.length - 1 - index)
  const border = new Uint16Array(tail.length)
  for (let i = 1, length = 0; i < tail.length; i++) {
    while (length > 0 && at(i) !== at(length)) length = border[length - 1]!
    if (at(i) === at(length)) length++
    border[i] = length
    const period = i + 1 - length
    const least = period <= 2 ? leastRuleChars : leastLoopChars
    if (i + 1 >= least && (i + 1) / period >= leastTurns) return true
  }
  return false
}

const mostWords = 2_000
const leastRuns = 60
const leastNewShare = 0.25

function saysLittleNew(text: string): boolean {
  const words = text
    .slice(-16_384)
    .toLowerCase()
    .match(/\p{Script=Han}|[\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]{1,40}/gu)
  if (words === null || words.length < leastRuns) return false
  const last = words.slice(-mostWords)
  const runs = new Set<string>()
  for (let i = 0; i + 4 <= last.length; i++) runs.add(last.slice(i, i + 4).join(' '))
  return runs.size / (last.length - 3) < leastNewShare
}
