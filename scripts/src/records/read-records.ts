/**
 * The records of a file, handed on one after another. A line that is no record is counted, and the first few are told with their
 * number and the path of what is wrong; whoever asks strictly has the first one refused.
 */
import { isNearsideError, NearsideError, type RequestRecord, readRecord } from '@nearside/core'
import { readLines } from './read-lines.ts'

export type BadLine = { readonly line: number; readonly why: string }

export type Reading = {
  /** Lines that were records. */
  readonly records: number
  readonly bad: number
  readonly firstBad: readonly BadLine[]
}

const fewBad = 5

export async function readRecords(
  path: string,
  { strict }: { readonly strict: boolean },
  each: (record: RequestRecord, line: number) => void,
): Promise<Reading> {
  let records = 0
  let bad = 0
  const firstBad: BadLine[] = []
  for await (const lines of readLines(path)) {
    for (const { number, text } of lines) {
      const read = recordOf(text)
      if (typeof read !== 'string') {
        records++
        each(read, number)
        continue
      }
      if (strict) throw new NearsideError('bad-options', `${path}, line ${number}: ${read}`)
      bad++
      if (firstBad.length < fewBad) firstBad.push({ line: number, why: read })
    }
  }
  if (records === 0) {
    const first = firstBad[0]
    const why = first === undefined ? 'it is empty' : `line ${first.line}: ${first.why}`
    throw new NearsideError('bad-options', `${path} has no record (docs/records.md): ${why}`)
  }
  return { records, bad, firstBad }
}

/** What is wrong, where it is none. */
function recordOf(text: string | null): RequestRecord | string {
  if (text === null) return 'is longer than any record.'
  let value: unknown
  try {
    // What some editors put before the first line.
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    return 'is no JSON.'
  }
  try {
    return readRecord(value)
  } catch (error) {
    if (isNearsideError(error)) return error.message
    throw error
  }
}
