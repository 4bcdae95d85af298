/**
 * Which built modules of a package its entries lead to: those are published, and no others.
 *
 * So benches, checks and what an older build left in `dist` stay at home, without a list that somebody must keep. A
 * module leads to another by naming its path in quotes: in an import, a type, a `new URL(…)`, or without its ending where a
 * process is started from it. A quoted path that is no module of the package is somebody else's business.
 */
export function reachable(
  entries: readonly string[],
  read: (path: string) => string | null,
): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...entries]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    const text = read(path)
    if (text === null) continue
    found.add(path)
    if (!isModule(path)) continue
    if (path.endsWith('.js')) waiting.push(path.replace(/\.js$/, '.d.ts'))
    for (const [, , specifier = ''] of text.matchAll(/(['"`])(\.{1,2}\/[^'"`\s]+)\1/g)) {
      // Declarations name their neighbours as the source does, by `.ts`.
      const target = resolvePath(path, specifier)
      if (!isModule(target)) waiting.push(`${target}.js`)
      waiting.push(path.endsWith('.d.ts') ? target.replace(/(?<!\.d)\.[jt]s$/, '.d.ts') : target)
    }
  }
  return found
}

export function isModule(path: string): boolean {
  return path.endsWith('.js') || path.endsWith('.d.ts')
}

function resolvePath(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
