import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPolicy, type RequestRecord } from '@nearside/core'
import { afterAll, describe, expect, it } from 'vitest'
import { generatedRecords } from './generated-records.ts'
import { longestLine } from './read-lines.ts'
import { readRecords } from './read-records.ts'

const folder = mkdtempSync(join(tmpdir(), 'records-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(text: string): string {
  const path = join(folder, `${files++}.jsonl`)
  writeFileSync(path, text)
  return path
}

const few = [...generatedRecords({ count: 4, seed: 5, policy: defaultPolicy })]
const lines = few.map((record) => JSON.stringify(record))

async function read(text: string, strict = false) {
  const records: RequestRecord[] = []
  const reading = await readRecords(file(text), { strict }, (record) => records.push(record))
  return { ...reading, given: records }
}

describe('records of a file', () => {
  it('are read one a line, with and without a last line break, Windows line ends and a byte order mark', async () => {
    for (const text of [
      lines.join('\n'),
      `${lines.join('\n')}\n`,
      `\ufeff${lines.join('\r\n')}\r\n`,
      `\n${lines.join('\n\n')}`,
    ]) {
      expect((await read(text)).given).toEqual(few)
    }
  })

  it('are whole where a piece that was read ends within a letter', async () => {
    const named = few.map((record) => ({ ...record, tenant: '鉄道🚉'.repeat(60_000) }))
    const { given, bad } = await read(named.map((record) => JSON.stringify(record)).join('\n'))
    expect(bad).toBe(0)
    expect(given).toEqual(named)
  })

  it('are counted where they are none, and the first few are named by line and path', async () => {
    const wrong = JSON.stringify({ ...few[1], signals: { promptTokens: -1 }, wishes: null })
    const { records, bad, firstBad } = await read(
      [lines[0], 'no', '', '[]', wrong, lines[2], '{"version":7}', '1', '2', '3'].join('\n'),
    )
    expect([records, bad]).toEqual([2, 7])
    expect(firstBad.map(({ line }) => line)).toEqual([2, 4, 5, 7, 8])
    expect(firstBad[0]?.why).toBe('is no JSON.')
    expect(firstBad[2]?.why).toContain('record.signals.promptTokens')
    expect(firstBad[3]?.why).toContain('record.version')
  })

  it('are refused at the first that is none, where that is asked', async () => {
    await expect(read(`${lines[0]}\nno`, true)).rejects.toThrow(/line 2: is no JSON/)
  })

  it('are never held longer than a record may be', async () => {
    const { records, firstBad } = await read(`"${'x'.repeat(3 * longestLine)}"\n${lines[0]}`)
    expect(records).toBe(1)
    expect(firstBad).toEqual([{ line: 1, why: 'is longer than any record.' }])
    const atEnd = await read(`${lines[0]}\n"${'x'.repeat(3 * longestLine)}"`)
    expect(atEnd.firstBad).toEqual([{ line: 2, why: 'is longer than any record.' }])
  })

  it('are said to be missing where there are none, or no file', async () => {
    await expect(read('')).rejects.toThrow(/has no record .*it is empty/)
    await expect(read('prompt,answer\n')).rejects.toThrow(/line 1: is no JSON/)
    await expect(readRecords(join(folder, 'none'), { strict: false }, () => {})).rejects.toThrow(/ENOENT/)
    await expect(readRecords(folder, { strict: false }, () => {})).rejects.toThrow(/EISDIR/)
  })
})
