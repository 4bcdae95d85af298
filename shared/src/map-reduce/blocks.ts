/**
 * The blocks of a text, by its own marks: headings with what stands below them, paragraphs, items of lists, fences of code.
 *
 * One pass over the lines. A block takes in its neighbours until it has some length, so that a text of nothing but marks has
 * no more blocks than another of its size. Each character is in exactly one block: what parts two belongs to the first.
 */
export type Block = {
  readonly start: number
  readonly end: number
  /** Only running text reads worse where it is cut. */
  readonly kind: 'prose' | 'code'
  /** The line of the heading that it begins with; null where it begins with none. */
  readonly heading: string | null
}

/** A block that is shorter takes in the next, and one that is shorter than the second even where a heading follows. */
const leastChars = 200
const leastUnderHeading = 64

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let start = 0
  let heading: string | null = null
  let fence: Fence | null = null
  let kind: Block['kind'] = 'prose'
  let wasBlank = false
  let onlyHeadings = false

  const close = (end: number): void => {
    if (end > start) blocks.push({ start, end, kind, heading })
    start = end
    heading = null
    kind = 'prose'
    onlyHeadings = false
  }

  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const next = newline === -1 ? text.length : newline + 1
    // What a line is, its beginning says; a line may be the whole text.
    const head = text.slice(at, Math.min(next, at + headChars))
    if (fence !== null) {
      if (closes(head, fence)) {
        fence = null
        if (next - start >= leastUnderHeading) close(next)
      }
      at = next
      continue
    }
    const length = at - start
    const opened = opensFence(head)
    const titled = opened === null ? headingOf(head, text, next) : null
    if (opened !== null) {
      if (length >= leastUnderHeading && !onlyHeadings) close(at)
      fence = opened
      kind = 'code'
    } else if (titled !== null) {
      if (length >= leastUnderHeading && !onlyHeadings) close(at)
      if (at === start) {
        heading = titled
        onlyHeadings = true
      }
    } else {
      const blank = head.trim() === '' && next - at <= headChars
      if (!blank) {
        const begins = wasBlank || isItem(head)
        if (begins && length >= leastChars && !onlyHeadings) close(at)
        onlyHeadings = false
      }
      wasBlank = blank
    }
    at = next
  }
  close(text.length)
  return blocks
}

const headChars = 160

type Fence = { readonly mark: string; readonly length: number }

function opensFence(line: string): Fence | null {
  const run = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
  return run === undefined ? null : { mark: run.charAt(0), length: run.length }
}

function closes(line: string, { mark, length }: Fence): boolean {
  const run = /^ {0,3}(`{3,}|~{3,})[ \t\r]*\n?$/.exec(line)?.[1]
  return run?.charAt(0) === mark && run.length >= length
}

/** `# Title`, or a line that is underlined. */
function headingOf(line: string, text: string, next: number): string | null {
  const marked = /^ {0,3}#{1,6}[ \t]+(\S.*)/.exec(line)?.[1]
  if (marked !== undefined) return marked.trim()
  if (!/^[=-]/.test(text.charAt(next)) || line.trim() === '' || !line.endsWith('\n')) return null
  return /^(?:={3,}|-{3,})[ \t]*(?:\r?\n|$)/.test(text.slice(next, next + headChars)) ? line.trim() : null
}

function isItem(line: string): boolean {
  return /^ {0,8}(?:[-*+•‣·]|\d{1,4}[.)、]|\p{L}[.)])[ \t　]+\S/u.test(line)
}
