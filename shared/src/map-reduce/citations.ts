/**
 * Keeps an answer's citations true: `[c3]` stands where a passage of the third piece was shown, and is taken out where none
 * was. Text comes in any pieces; what may still become a citation is held back, and never more than one of them.
 */
export type CitationCleaner = {
  push(text: string): string
  /** What was held back: the answer is over. */
  flush(): string
  readonly cited: ReadonlySet<number>
  /** How many were taken out. */
  readonly removed: number
}

const longest = 120

export function cleanCitations(known: ReadonlySet<number>): CitationCleaner {
  const cited = new Set<number>()
  let removed = 0
  let held = ''
  /** Spaces before a citation go with it. */
  const cleaned = (bracket: string): string => {
    const named = bracket.match(/\d+(?:\s*[-–]\s*c?\d+)?/giu) ?? []
    const kept: string[] = []
    for (const name of named) {
      const [from = 0, to = from] = (name.match(/\d+/g) ?? []).map(Number)
      // A range is as long as the answer says; what is known of it is not.
      const within = [...known].filter((id) => id >= from && id <= to).toSorted((a, b) => a - b)
      if (from === to ? within.length === 0 : within.length < to - from + 1) removed++
      for (const id of within) cited.add(id)
      if (from !== to && within.length === to - from + 1) kept.push(`c${from}-c${to}`)
      else for (const id of within) kept.push(`c${id}`)
    }
    if (kept.length === 0) return ''
    return `${/^\s*/u.exec(bracket)?.[0] ?? ''}[${kept.join(', ')}]`
  }
  const step = (text: string): string => {
    held += text
    let out = ''
    for (;;) {
      const open = held.indexOf('[')
      if (open === -1) {
        const spaces = /[ \t]{0,8}$/u.exec(held)?.[0].length ?? 0
        out += held.slice(0, held.length - spaces)
        held = held.slice(held.length - spaces)
        return out
      }
      const before = held.slice(0, open)
      const spaces = /[ \t]{0,8}$/u.exec(before)?.[0].length ?? 0
      out += before.slice(0, open - spaces)
      held = held.slice(open - spaces)
      const inside = held.slice(spaces, spaces + longest)
      const whole = /^\[\s*c\d{1,9}(?:\s*[-–,;]\s*c?\d{1,9})*\s*\]/iu.exec(inside)?.[0]
      if (whole !== undefined) {
        out += cleaned(held.slice(0, spaces) + whole)
        held = held.slice(spaces + whole.length)
      } else if (inside.length < longest && /^\[\s*(?:c[\d\s,;c–-]*)?$/iu.test(inside)) {
        return out
      } else {
        out += held.slice(0, spaces + 1)
        held = held.slice(spaces + 1)
      }
    }
  }
  return {
    push: step,
    flush() {
      const rest = held
      held = ''
      return rest
    },
    cited,
    get removed() {
      return removed
    },
  }
}
