/**
 * The entries of a declaration with their doc comments: the fields of a type, the pairs of a constant, the members of a
 * union or of a list.
 *
 * It reads text as the formatter leaves it, one entry to a line or begun on one, at an indent of two: that is checked with
 * every change, and a compiler's syntax tree would be the larger dependency.
 */
export type Entry = {
  readonly name: string
  /** A field's type, a pair's value; empty for a member. */
  readonly value: string
  readonly optional: boolean
  readonly says: string
  /** What stands behind `@default`; null where nothing does. */
  readonly byDefault: string | null
}

export function readEntries(source: string, declared: string): readonly Entry[] {
  const lines = source.split('\n')
  const begin = lines.findIndex((line) => new RegExp(`^export (?:type|const) ${declared}\\b`).test(line))
  if (begin < 0) throw new Error(`There is no ${declared}.`)
  const after = lines.slice(begin + 1)
  // A union ends before the next empty line, everything else at its bracket.
  const length = after.findIndex((line) => line === '' || /^[}\]]/.test(line))
  const entries: Entry[] = []
  let comment = ''
  for (const text of statements(after.slice(0, length < 0 ? after.length : length))) {
    if (text.startsWith('/**')) comment = text
    else {
      const entry = readEntry(text)
      if (entry !== null) entries.push({ ...entry, ...readComment(comment) })
      comment = ''
    }
  }
  if (entries.length === 0) throw new Error(`${declared} has no entries that can be read.`)
  return entries
}

/** The names of the types with fields that a file exports, in its order. */
export function typesIn(source: string): readonly string[] {
  return [...source.matchAll(/^export type (\w+)[^\n]*\{$/gm)].map((found) => found[1] ?? '')
}

/** Lines put together to what begins at an indent of two: a comment, or an entry. */
function statements(lines: readonly string[]): readonly string[] {
  const whole: string[] = []
  let open = false
  for (const line of lines) {
    const goesOn = open || !/^ {2}\S/.test(line) || /^ {2}[})\]]/.test(line)
    if (goesOn && whole.length > 0) whole[whole.length - 1] += ` ${line.trim()}`
    else whole.push(line.trim())
    const last = whole.at(-1) ?? ''
    open = last.startsWith('/**') && !last.endsWith('*/')
  }
  return whole
}

function readEntry(text: string): Pick<Entry, 'name' | 'value' | 'optional'> | null {
  const field = /^readonly (\w+)(\??): (.*)$/.exec(text)
  if (field !== null) {
    const [, name = '', mark, value = ''] = field
    return { name, value, optional: mark === '?' }
  }
  const pair = /^(\w+): '([^']*)',$/.exec(text)
  if (pair !== null) return { name: pair[1] ?? '', value: pair[2] ?? '', optional: false }
  const method = /^(\w+)(\??)(\(.*)$/.exec(text)
  if (method !== null) {
    const [, name = '', mark, value = ''] = method
    return { name, value, optional: mark === '?' }
  }
  const member = /^(?:\| )?'([^']*)',?$/.exec(text)
  return member === null ? null : { name: member[1] ?? '', value: '', optional: false }
}

function readComment(comment: string): Pick<Entry, 'says' | 'byDefault'> {
  const text = comment
    .replaceAll(/^\/\*\*|\*\/$/g, '')
    .replaceAll(/\s+\*\s+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const [says = '', byDefault] = text.split('@default')
  return { says: says.trim(), byDefault: byDefault?.trim() ?? null }
}
