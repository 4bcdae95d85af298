/**
 * The lines of a file, one batch for each piece that is read: memory is bounded by a piece and the longest line, however long the
 * file is. A line that is longer than any record is given as null, and is never held as a whole.
 */
import { createReadStream } from 'node:fs'
import { NearsideError } from '@nearside/core'

/** A record of a fleet of a hundred nodes has some thirty thousand characters. */
export const longestLine = 1_000_000
const pieceBytes = 1 << 20

export type Line = { readonly number: number; readonly text: string | null }

/** Empty lines are passed over, and counted in the numbers of those behind them. */
export async function* readLines(path: string): AsyncGenerator<readonly Line[]> {
  let rest = ''
  let number = 0
  const asLine = (text: string): readonly Line[] => {
    number++
    if (text.length > longestLine) return [{ number, text: null }]
    return text.trim() === '' ? [] : [{ number, text }]
  }
  try {
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: pieceBytes })) {
      const texts = `${rest}${piece}`.split('\n')
      rest = (texts.pop() ?? '').slice(0, longestLine + 1)
      yield texts.flatMap(asLine)
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new NearsideError('bad-options', `${path} cannot be read: ${cause.code}.`, { cause })
  }
  yield asLine(rest)
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
