/** Formats of a given text: JSON, CSV, Base64, URLs, SHA-256. JSON keeps every number, string and order as written. */
import { sha256 } from '@nearside/core'

/** With one white space in place of another: a parser would round big numbers, move keys and drop those named twice. */
export function layJson(text: string, wide: boolean): string | null {
  if (isDeep(text) || !isJson(text)) return null
  let depth = 0
  const out: string[] = []
  // Short things deep inside make a text a hundred times its length.
  let left = 2 * text.length + spare
  const line = (): void => {
    if (!wide) return
    out.push(`\n${'  '.repeat(depth)}`)
    left -= 2 * depth
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? []
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1]
    if (token === '}' || token === ']') {
      depth--
      if (before !== '{' && before !== '[') line()
    } else if (before === '{' || before === '[' || before === ',') line()
    if (left < 0) return null
    out.push(wide && token === ':' ? ': ' : token)
    if (token === '{' || token === '[') depth++
  }
  return out.join('')
}

/** Indentation grows with the square of the depth, and parsers with it in memory. */
const deepest = 100
const spare = 100_000

export function isDeep(text: string): boolean {
  let [depth, quoted] = [0, false]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) at++
    else if (code === 34) quoted = !quoted
    else if (!quoted && (code === 91 || code === 123) && ++depth > deepest) return true
    else if (!quoted && (code === 93 || code === 125)) depth--
  }
  return false
}

/** Whether more follows what the first bracket opens: "[1] or [2]" is two texts to judge. */
export function isSeveral(text: string): boolean {
  let [depth, quoted] = [0, false]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted && code === 92) at++
    else if (code === 34) quoted = !quoted
    else if (!quoted && (code === 91 || code === 123)) depth++
    else if (!quoted && (code === 93 || code === 125) && --depth === 0)
      return text.slice(at + 1).trim() !== ''
  }
  return false
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Rows of plain words: whether 36 is a number or a text, and what an empty cell is, the question does not say. */
export function csvToJson(text: string): string | null {
  const [head = '', ...lines] = text.replace(/\n$/, '').split('\n')
  const names = head.split(',')
  if (lines.length === 0 || names.length < 2 || new Set(names).size < names.length) return null
  const rows: string[] = []
  // Each row repeats the names: a header as long as its rows would make the square of both.
  let left = 8 * text.length + spare
  for (const line of lines) {
    left -= head.length + line.length
    if (left < 0) return null
    const cells = line.split(',')
    if (
      cells.length !== names.length ||
      ![...cells, ...names].every((cell) => /^[\p{L}][\p{L} ]*$/u.test(cell))
    )
      return null
    if (cells.some((cell) => cell !== cell.trim() || /^(?:true|false|null|yes|no|nan|none)$/i.test(cell)))
      return null
    const members = names.map((name, i) => `    ${JSON.stringify(name)}: ${JSON.stringify(cells[i])}`)
    rows.push(`  {\n${members.join(',\n')}\n  }`)
  }
  return `[\n${rows.join(',\n')}\n]`
}

export function toBase64(text: string): string | null {
  const pieces: string[] = []
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += 3_072)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 3_072))))
  return pieces.join('') || null
}

export function fromBase64(given: string): string | null {
  const text = given.trim()
  if (text.length === 0 || text.length % 4 !== 0 || !/^[a-z0-9+/]+={0,2}$/i.test(text)) return null
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
    return printable(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return null
  }
}

export function toUrl(text: string): string | null {
  // Of a whole address one may mean its parts only; and of these marks some encode all and some none.
  return text.includes('://') || /[!'()*]/.test(text) ? null : encodeURIComponent(text)
}

export function fromUrl(text: string): string | null {
  if (text.includes('+') || !/%[0-9a-f]{2}/i.test(text)) return null
  try {
    return printable(decodeURIComponent(text))
  } catch {
    return null
  }
}

const longestHashed = 10_000

export function hash(text: string): string | null {
  if (text.length > longestHashed) return null
  return [...sha256(new TextEncoder().encode(text))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

function printable(text: string): string | null {
  return /^[^\p{Cc}]+$/u.test(text.replace(/[\n\t]/g, ' ')) ? text : null
}
