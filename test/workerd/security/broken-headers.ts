/** Lines that are no proper header, or say what no second header may: what is wrong with them, and the line. */
export const brokenHeaders: readonly (readonly [what: string, line: string])[] = [
  ['a line feed', 'x-one: 1\nx-two: canary'],
  ['a carriage return', 'x-one: 1\rx-two: canary'],
  ['a line that is folded', 'x-one: 1\r\n x-two: canary'],
  ['a NUL', 'x-one: 1\0canary'],
  ['a space before its colon', 'x-nearside-privacy : never-leave'],
  ['no colon', 'canary'],
  ['bytes outside ASCII', 'x-one: canary\xff\xfe'],
  ['200,000 characters', `x-one: ${'canary'.repeat(33_000)}`],
  ['a second length', 'content-length: 5'],
]
