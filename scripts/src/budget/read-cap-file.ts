/**
 * Caps out of a file, JSON or CSV: `tenant, scope, window, usd` and, if wanted, `kind` and `zone`.
 *
 * The file is read and checked whole before anything of it is used; what is wrong is told with its line or entry and field.
 */
import { type CapTerms, checkTenant, isNearsideError, NearsideError, parseUsd } from '@nearside/core'
import { checkTerms } from './cap-book.ts'

export type CapsByTenant = ReadonlyMap<string, readonly CapTerms[]>

type Row = { readonly at: string; readonly fields: Readonly<Record<string, string>> }

const columns = ['tenant', 'scope', 'window', 'usd', 'kind', 'zone'] as const
const needed = ['tenant', 'scope', 'window', 'usd'] as const

export function readCapFile(text: string, name: string): CapsByTenant {
  const rows = text.trimStart().startsWith('[') ? jsonRows(text, name) : csvRows(text, name)
  if (rows.length === 0) throw wrong(name, 'holds no caps')
  const caps = new Map<string, CapTerms[]>()
  const seen = new Map<string, string>()
  for (const { at, fields } of rows) {
    const terms = termsOf(at, fields)
    const tenant = fields.tenant ?? ''
    const key = [tenant, terms.scope, terms.window, terms.kind].join(' ')
    const before = seen.get(key)
    if (before !== undefined) throw wrong(at, `sets the same cap as ${before}`)
    seen.set(key, at)
    caps.set(tenant, [...(caps.get(tenant) ?? []), terms])
  }
  return caps
}

function termsOf(at: string, fields: Readonly<Record<string, string>>): CapTerms {
  for (const column of Object.keys(fields)) {
    if (!columns.some((known) => known === column))
      throw wrong(`${at}, ${column}`, `is none of ${columns.join(', ')}`)
  }
  for (const column of needed)
    if ((fields[column] ?? '') === '') throw wrong(`${at}, ${column}`, 'is missing')
  const { tenant = '', scope = '', window = '', usd = '', kind = '', zone = '' } = fields
  return told(at, () => {
    checkTenant(tenant)
    const terms = {
      scope,
      window,
      limit: parseUsd(usd, 'usd'),
      kind: kind === '' ? 'hard' : kind,
      ...(zone === '' ? {} : { timeZone: zone }),
    } as CapTerms
    checkTerms(terms, 'cap')
    return terms
  })
}

/** The fault of a field, with the line that it is on. */
function told<T>(at: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!isNearsideError(error)) throw error
    throw new NearsideError('bad-options', `${at}: ${error.message}`, { param: at })
  }
}

function jsonRows(text: string, name: string): readonly Row[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw wrong(name, 'is no JSON')
  }
  if (!Array.isArray(list)) throw wrong(name, 'is a list of caps')
  return list.map((entry: unknown, index) => {
    const at = `${name}, entry ${index + 1}`
    if (typeof entry !== 'object' || entry === null) throw wrong(at, 'is an object')
    const fields = Object.entries(entry).map(([key, value]) => {
      if (typeof value !== 'string' && typeof value !== 'number')
        throw wrong(`${at}, ${key}`, 'is a text or a number')
      return [key, String(value)] as const
    })
    return { at, fields: Object.fromEntries(fields) }
  })
}

function csvRows(text: string, name: string): readonly Row[] {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ at: `${name}, line ${index + 1}`, line: line.trim() }))
  const [head, ...rest] = lines.filter(({ line }) => line !== '' && !line.startsWith('#'))
  if (head === undefined) return []
  const names = head.line.split(',').map((cell) => cell.trim())
  for (const column of needed) if (!names.includes(column)) throw wrong(head.at, `names no column ${column}`)
  return rest.map(({ at, line }) => {
    const cells = line.split(',').map((cell) => cell.trim())
    if (cells.length !== names.length)
      throw wrong(at, `has ${cells.length} cells where the first line names ${names.length}`)
    return { at, fields: Object.fromEntries(names.map((column, index) => [column, cells[index] ?? ''])) }
  })
}

function wrong(what: string, why: string): NearsideError {
  return new NearsideError('bad-options', `${what} ${why}.`, { param: what })
}
