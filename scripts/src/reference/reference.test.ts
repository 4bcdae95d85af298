import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEntries, typesIn } from './read-entries.ts'
import { reference } from './reference.ts'

const root = join(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('docs/reference.md', () => {
  it('says what the code says (`npm run reference` makes it anew)', () => {
    expect(read('docs/reference.md') === reference(read), 'npm run reference').toBe(true)
  })

  it('says something of each option of nearside(), each variable, each header, each error and each reason', () => {
    const silent = (path: string, ...declared: string[]) =>
      declared.flatMap((name) => readEntries(read(path), name).filter(({ says }) => says === ''))
    expect(silent('workers/src/options/options.ts', 'NearsideOptions')).toEqual([])
    expect(silent('workers/src/env/settings.ts', 'Settings')).toEqual([])
    expect(
      silent('shared/src/wire/header-names.ts', 'requestHeaders', 'responseHeaders', 'nodeHeaders'),
    ).toEqual([])
    expect(silent('shared/src/fault/nearside-error.ts', 'NearsideErrorCode')).toEqual([])
    expect(silent('shared/src/plan/reason.ts', 'reasons', 'degradations', 'refusals')).toEqual([])
  })

  it('has the statuses and the words that a caller meets', () => {
    const page = reference(read)
    expect(page).toMatch(/\| 429 \| `insufficient_quota` \| `insufficient_quota` \| no \|/)
    expect(page).toMatch(/\| 502 \| `tier_failed` \| `server_error` \| after 1 s/)
    expect(page).toMatch(/\| 401 \| `invalid_api_key` \| `invalid_request_error` \| no \|/)
    expect(page).toContain('| `NEARSIDE_LOCAL_MODELS` | nearside-demo |')
    expect(page).toContain("| `onHangUp` | `'abort' \\| 'finish'` | 'abort' |")
  })
})

describe('the entries of a declaration', () => {
  it('are read with comments and types of several lines, and end with it', () => {
    const source = `export type Given<E = 1> = {
  /** One word. @default 'a' */
  readonly one?: 'a' | 'b'
  /**
   * Two lines, and \`readonly no: field\` in one
   * of them.
   */
  readonly two: (
    first: number,
  ) => void
  readonly three: { readonly inner: number }
}

export type Other = {
  readonly four: 4
}`
    expect(readEntries(source, 'Given')).toEqual([
      { name: 'one', value: "'a' | 'b'", optional: true, says: 'One word.', byDefault: "'a'" },
      {
        name: 'two',
        value: '( first: number, ) => void',
        optional: false,
        says: 'Two lines, and `readonly no: field` in one of them.',
        byDefault: null,
      },
      { name: 'three', value: '{ readonly inner: number }', optional: false, says: '', byDefault: null },
    ])
    expect(typesIn(source)).toEqual(['Given', 'Other'])
  })

  it('are the pairs of a constant, and the members of a list or a union', () => {
    const source = `export const pairs = {
  /** A. */
  a: 'x-a',
} as const

export type Union =
  /** B. */
  | 'b'
  | 'c'

export const list = [
  /** D. */
  'd',
] as const`
    expect(readEntries(source, 'pairs')).toMatchObject([{ name: 'a', value: 'x-a', says: 'A.' }])
    expect(readEntries(source, 'Union')).toMatchObject([
      { name: 'b', says: 'B.' },
      { name: 'c', says: '' },
    ])
    expect(readEntries(source, 'list')).toMatchObject([{ name: 'd', says: 'D.' }])
  })

  it('are asked for by a name that is there, of something that has some', () => {
    expect(() => readEntries('export type A = {\n}\n', 'B')).toThrow('There is no B.')
    expect(() => readEntries('export type A = {\n}\n', 'A')).toThrow('A has no entries')
  })
})
