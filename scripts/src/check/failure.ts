/** What a check found wrong: where, and what would be right. */
export type Failure = { readonly file: string; readonly line: number; readonly says: string }

/** `file:line`, which editors make a link of, and what would be right. */
export function failureText(failure: Failure): string {
  return `${failure.file}:${failure.line}  ${failure.says}`
}
