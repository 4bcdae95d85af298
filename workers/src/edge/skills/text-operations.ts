/** Operations on a given text, each with one result or null: counts, letter case, order, lists. All take linear time but sorting. */
import { readDay } from './dates.ts'

const plainWord = /^["'(¿¡]*[\p{L}\p{N}]+(?:['’]\p{L}+)*[.,;:!?)"']*$/u
const smallWords = new Set(
  'a an and as at but by for from if in nor of on or per so the to up via vs with yet'.split(' '),
)

/** Words with hyphens and lone signs are counted in several ways. */
export function countWords(text: string): string | null {
  const words = text.split(/\s+/).filter((word) => word !== '')
  return words.every((word) => plainWord.test(word)) ? String(words.length) : null
}

/** Only where a character is one code unit, and one thing on a screen. */
export function countCharacters(text: string): string | null {
  return isSimple(text) ? String(text.length) : null
}

export function countLetters(text: string): string | null {
  return /^[a-z ,.!?;:'"-]*$/i.test(text) ? String(text.replace(/[^a-z]/gi, '').length) : null
}

export function countLines(text: string): string {
  return String(text.split('\n').length)
}

/** Null where letter case or an overlap would make another count of it. */
export function countOccurrences(part: string, text: string): string | null {
  if (part === '' || part.length > 40) return null
  const pieces = text.split(part).length - 1
  const folded = text.toLowerCase().split(part.toLowerCase()).length - 1
  for (let size = 1; size < part.length; size++) if (part.startsWith(part.slice(size))) return null
  return pieces === folded ? String(pieces) : null
}

/** Without the letters whose case depends on a language or changes their number. */
export function upper(text: string): string | null {
  return /[ßıİŉΐΰ]|[\ufb00-\uffff]/.test(text) ? null : text.toUpperCase()
}

export function lower(text: string): string | null {
  return /[ıİΣ]/.test(text) ? null : text.toLowerCase()
}

/** Styles differ in the small words. */
export function title(text: string): string | null {
  const words = text.split(' ')
  if (!words.every((word) => /^[a-z]+$/i.test(word) && !smallWords.has(word.toLowerCase()))) return null
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join(' ')
}

export function reverse(text: string): string | null {
  return isSimple(text) ? [...text].reverse().join('') : null
}

export function reverseWord(text: string): string | null {
  return /\s/.test(text) ? null : reverse(text)
}

export function reverseWords(text: string): string | null {
  const words = text.split(' ')
  return words.every((word) => /^\p{L}+$/u.test(word)) ? words.reverse().join(' ') : null
}

export function slug(text: string): string | null {
  // An apostrophe or an & is dropped by some and spelt out by others.
  if (!/^[a-z0-9 !?.,_-]+$/i.test(text) || /[a-z0-9][._,!?][a-z0-9]|[_-]/i.test(text)) return null
  return (
    text
      .toLowerCase()
      .replace(/[!?.,]/g, '')
      .trim()
      .replace(/ +/g, '-') || null
  )
}

/** By letter, where every order that people use is the same: letters of English in one case. */
export function sortLines(items: readonly string[]): readonly string[] | null {
  if (items.length < 2 || !items.every((item) => /^[a-z]+$/.test(item) || item === ''))
    return capitalised(items)
  return items.includes('') ? null : [...items].sort()
}

function capitalised(items: readonly string[]): readonly string[] | null {
  return items.length > 1 && items.every((item) => /^[A-Z][a-z]+$/.test(item)) ? [...items].sort() : null
}

export function sortNumbers(items: readonly string[], descending: boolean): readonly string[] | null {
  if (items.length < 2 || !items.every((item) => /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(item)))
    return null
  const sorted = [...items].sort((a, b) => Number(a) - Number(b))
  return descending ? sorted.reverse() : sorted
}

/** The first of each stays. Null where some differ by letter case or white space alone. */
export function withoutDuplicates(items: readonly string[]): readonly string[] | null {
  const kept = [...new Set(items)]
  const folded = new Set(kept.map((item) => item.trim().toLowerCase()))
  return folded.size === kept.length && !folded.has('') ? kept : null
}

export function emails(text: string): readonly string[] | null {
  const tokens = text.split(/[\s,;<>()]+/).filter((token) => token.includes('@'))
  const found = tokens.map((token) => token.replace(/[.!?:]$/, ''))
  return all(found, /^[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}$/i)
}

export function links(text: string): readonly string[] | null {
  // A name without its scheme may be meant as well.
  if (
    /(?:^|[\s(])www\./i.test(text) ||
    /[a-z]\.(?:com|org|net|io|de|fr|es)\b/i.test(text.replace(/https?:\S+/gi, ''))
  )
    return null
  const found = text.split(/\s+/).filter((token) => token.includes('://'))
  return all(found, /^https?:\/\/[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9/_%&=?#.~+-]*)?$/i, /[.?]$/)
}

const numberNames =
  /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred|thousand|million|half|dozen|first|second|third)\b/i

export function numbers(text: string): readonly string[] | null {
  if (numberNames.test(text)) return null
  const found = text.split(/\s+/).filter((token) => /\p{N}/u.test(token))
  // Numbers side by side may be one with its groups parted.
  if (/\d\s+\d/.test(text)) return null
  return all(found, /^\d+$/)
}

const otherDates =
  /\d[/.]\d|today|tomorrow|yesterday|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b/i

export function dates(text: string): readonly string[] | null {
  if (otherDates.test(text)) return null
  const found = text.split(/[\s,;.()]+/).filter((token) => /\d/.test(token))
  return found.every((token) => readDay(token) !== null) ? all(found, /^\d{4}-\d\d-\d\d$/) : null
}

/** Everything that could be meant must be it, and once each. */
function all(found: readonly string[], form: RegExp, unlike?: RegExp): readonly string[] | null {
  if (found.length === 0 || new Set(found).size < found.length) return null
  return found.every((token) => token.length < 2_000 && form.test(token) && !unlike?.test(token))
    ? found
    : null
}

function isSimple(text: string): boolean {
  return /^[\n\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f]*$/.test(text)
}
