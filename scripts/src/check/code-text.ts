/**
 * Blanks out of TypeScript what is not code, so that a word in a comment or a message is not taken for a use of it.
 *
 * Comments always go; the insides of strings, templates and regular expressions go unless they are asked for. What
 * stands inside `${…}` is code. Line breaks stay, so lines keep their numbers, and columns keep theirs. A slash begins
 * a regular expression where a value may stand, and divides where one has just ended.
 */
type Keep = { readonly strings: boolean }

const afterThese =
  /(?:^|[=(,:;!&|?{}[\]+\-*%<>~^]|=>|\b(?:return|typeof|case|of|in|throw|yield|await|new|void|delete))$/

export function codeText(source: string, keep: Keep = { strings: false }): string {
  let out = ''
  let at = 0
  /** For each open template, how many braces are open inside its `${`. */
  const templates: number[] = []

  const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')
  const take = (end: number, isCode: boolean): void => {
    const text = source.slice(at, end)
    out += isCode ? text : blank(text)
    at = end
  }
  const takeTemplate = (): void => {
    const end = templateEnd(source, at)
    take(end, keep.strings)
    if (source.startsWith('${', at)) {
      take(at + 2, true)
      templates.push(0)
    } else take(Math.min(at + 1, source.length), true)
  }

  while (at < source.length) {
    const char = source.charAt(at)
    const depth = templates.at(-1)
    if (source.startsWith('//', at)) take(lineEnd(source, at), false)
    else if (source.startsWith('/*', at)) take(commentEnd(source, at), false)
    else if (char === "'" || char === '"') {
      take(at + 1, true)
      take(quoteEnd(source, at, char), keep.strings)
      take(Math.min(at + 1, source.length), true)
    } else if (char === '`') {
      take(at + 1, true)
      takeTemplate()
    } else if (char === '}' && depth === 0) {
      templates.pop()
      take(at + 1, true)
      takeTemplate()
    } else if (char === '/' && afterThese.test(out.slice(-40).trimEnd())) {
      take(at + 1, true)
      take(regexEnd(source, at), keep.strings)
      take(Math.min(at + 1, source.length), true)
    } else {
      if (depth !== undefined && (char === '{' || char === '}')) {
        templates[templates.length - 1] = depth + (char === '{' ? 1 : -1)
      }
      take(at + 1, true)
    }
  }
  return out
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from)
  return end < 0 ? source.length : end
}

function commentEnd(source: string, from: number): number {
  const end = source.indexOf('*/', from + 2)
  return end < 0 ? source.length : end + 2
}

function quoteEnd(source: string, from: number, quote: string): number {
  let at = from
  while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1
  return Math.min(at, source.length)
}

function templateEnd(source: string, from: number): number {
  let at = from
  while (at < source.length && source[at] !== '`' && !source.startsWith('${', at))
    at += source[at] === '\\' ? 2 : 1
  return Math.min(at, source.length)
}

function regexEnd(source: string, from: number): number {
  let at = from
  let inClass = false
  while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== '/')) {
    if (source[at] === '[') inClass = true
    if (source[at] === ']') inClass = false
    at += source[at] === '\\' ? 2 : 1
  }
  return Math.min(at, source.length)
}
