/**
 * Where a command writes. Results go to standard output, everything else beside it, so that a pipe gets
 * results only.
 */
export type Output = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether somebody sits before what `err` writes. */
  readonly isTerminal: boolean
  readonly columns: number
}

export function processOutput(): Output {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
  }
}

/** One line of JSON, for programs. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
