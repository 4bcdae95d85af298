/**
 * The arrows that a README draws: indented or fenced lines of the form `a, b ──▶ c, d`, each saying that every name
 * on the left may import every name on the right. A README without arrows says so: "imports nothing", or "imports only
 * the core".
 */
export type Drawing = {
  readonly arrows: readonly Arrow[]
  /** Says in words that it imports nothing, or only the core. */
  readonly leaf: boolean
}
export type Arrow = { readonly from: string; readonly to: string; readonly line: number }

const arrowLine = /^\s*([\w.,\s-]+?)\s*[─-]+▶\s*([\w.,\s-]+?)\s*$/
const leafWords = /\bimports? (?:nothing|no other package|only)\b/i

export function readArrows(readme: string): Drawing {
  const arrows = readme.split('\n').flatMap((text, i) => {
    const match = arrowLine.exec(text)
    if (match === null) return []
    return names(match[1]).flatMap((from) => names(match[2]).map((to) => ({ from, to, line: i + 1 })))
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

function names(list = ''): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim().replace(/\.ts$/, ''))
    .filter((name) => name !== '')
}
