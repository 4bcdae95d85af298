/** Tables for people: a section with its columns, and one line for all rows of a fault that come to the same. */

export function section(
  title: string,
  columns: readonly string[],
  lines: readonly (readonly string[])[],
): string {
  const rows = [columns, columns.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  return `## ${title}\n\n${rows.join('\n')}\n`
}

type Named = { readonly fault: string; readonly privacy: string; readonly stream: boolean }

/** `tell` says in cells what comes of a row. */
export function alike<Row extends Named>(
  rows: readonly Row[],
  tell: (row: Row) => readonly string[],
): readonly (readonly string[])[] {
  const privacies = [...new Set(rows.map(({ privacy }) => privacy))]
  const groups = Map.groupBy(rows, (row) => JSON.stringify([row.fault, ...tell(row)]))
  return [...groups.values()].map((group) => [group[0]!.fault, who(group, privacies), ...tell(group[0]!)])
}

function who(group: readonly Named[], privacies: readonly string[]): string {
  const manners = (privacy: string): string => {
    const own = group.filter((row) => row.privacy === privacy)
    return own.length === 2 ? 'both' : own.length === 0 ? 'none' : own[0]!.stream ? 'stream' : 'whole'
  }
  const found = privacies.filter((privacy) => manners(privacy) !== 'none')
  const ways = new Set(found.map(manners))
  const names = found.length === privacies.length ? 'any' : found.map((name) => `\`${name}\``).join(', ')
  if (ways.size === 1) return ways.has('both') ? names : `${names}: ${[...ways][0]}`
  return found.map((name) => `\`${name}\`${manners(name) === 'both' ? '' : `: ${manners(name)}`}`).join(', ')
}
