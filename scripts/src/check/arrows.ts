/**
 * The arrows that a README draws: lines of nothing but `a, b ──▶ c, d`, each saying that every name on the left may
 * import every name on the right; in `a ──▶ b ──▶ c` each name may import the next. A README without arrows says so:
 * "imports nothing", or "imports only the core".
 */
export type Drawing = {
  readonly arrows: readonly Arrow[]
  /** Says in words that it imports nothing, or only the core. */
  readonly leaf: boolean
}
export type Arrow = { readonly from: string; readonly to: string; readonly line: number }

const arrowLine = /^[\w.,\s-]+(?:─+▶[\w.,\s-]+)+$/
const leafWords = /\bimports? (?:nothing|no other package|only)\b|▶ \(only @nearside\/core\)/i

export function readArrows(readme: string): Drawing {
  const arrows = readme.split('\n').flatMap((text, i) => {
    if (!arrowLine.test(text)) return []
    const stops = text.split(/─+▶/).map(names)
    return stops
      .slice(1)
      .flatMap((right, stop) =>
        (stops[stop] ?? []).flatMap((from) => right.map((to) => ({ from, to, line: i + 1 }))),
      )
  })
  return { arrows, leaf: leafWords.test(readme.replaceAll(/\s+/g, ' ')) }
}

/** Names that lead back to themselves along the arrows, or null: arrows point one way. */
export function circleIn(arrows: readonly Arrow[]): readonly string[] | null {
  const reach = (name: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name]
    if (done.has(name)) return null
    for (const arrow of arrows) {
      const circle = arrow.from === name ? reach(arrow.to, [...way, name]) : null
      if (circle !== null) return circle
    }
    done.add(name)
    return null
  }
  const done = new Set<string>()
  for (const { from } of arrows) {
    const circle = reach(from, [])
    if (circle !== null) return circle
  }
  return null
}

function names(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim().replace(/\.ts$/, ''))
    .filter((name) => name !== '')
}
