/**
 * Whether a word stands beside a piece of text: up to 60 characters before it, up to 24 behind, in any case.
 *
 * Nine digits are anybody's; nine digits behind "social security" are somebody's. The window is bounded, so asking costs
 * the same in a long text as in a short one.
 */
const before = 60
const behind = 24

export function isBeside(text: string, start: number, end: number, words: RegExp): boolean {
  return (
    words.test(text.slice(Math.max(0, start - before), start)) || words.test(text.slice(end, end + behind))
  )
}
