/** Operations on a given text, each with one result or null: counts, letter case, order, lists. All take linear time but sorting. */
import { readDay } from './dates.ts'

const smallWords = new Set(
  'a about above across after against along amid among an and around as at before behind below beneath beside between beyond but by despite down during except for from if in inside into like near nor of off on once onto or out outside over past per round since so than that the through till to toward towards under until up upon via vs when while with within without yet'.split(
    ' ',
  ),
)

/** Words with hyphens and lone signs are counted in several ways. */
export function countWords(text: string): string | null {
  const words = text.split(/\s+/).filter((word) => word !== '')
  return words.every(isPlainWord) ? String(words.length) : null
}

/** Of a script that parts words by spaces. An apostrophe is one of English: of l'eau some count two words. */
function isPlainWord(word: string): boolean {
  return /^["'(¿¡]*[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}\p{sc=Hebr}\p{sc=Arab}\p{sc=Hang}\d]+(?:['’](?:s|t|re|ve|ll|d|m))?[.,;:!?)"']*$/iu.test(
    word,
  )
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

/** Null where letter case or an accent would make another count of it. */
export function countLetter(letter: string, text: string): string | null {
  if (!/^[a-z]$/i.test(letter)) return null
  const count = text.normalize('NFC').split(letter).length - 1
  const folded = text.normalize('NFD').toLowerCase().split(letter.toLowerCase()).length - 1
  return count === folded ? String(count) : null
}

/** Without the letters whose case depends on a language, changes their number or does not lead back. */
export function upper(text: string): string | null {
  const said = text.toUpperCase()
  const leadsBack = said.length === text.length && said.toLowerCase() === text.toLowerCase()
  return leadsBack && !hasCaseOfLanguage(text) ? said : null
}

export function lower(text: string): string | null {
  const said = text.toLowerCase()
  const leadsBack = said.length === text.length && said.toUpperCase() === text.toUpperCase()
  return leadsBack && !hasCaseOfLanguage(text) ? said : null
}

/** Styles differ in the small words, and an acronym keeps its capitals. */
export function title(text: string): string | null {
  const words = text.split(' ')
  if (!words.every((word) => /^[a-z]+$/i.test(word) && /^.[a-z]*$/.test(word))) return null
  if (words.some((word) => smallWords.has(word.toLowerCase()))) return null
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ')
}

/** Null where it may be each line that is meant, or where other white space than was named would go. */
export function trim(text: string): string | null {
  const around = text.slice(0, text.length - text.trimStart().length) + text.slice(text.trimEnd().length)
  return text.includes('\n') || /[^ ]/.test(around) ? null : text.trim()
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

/** Not 1.234, which is a thousand to some. */
const sortable = /^-?(?![1-9]\d{0,2}\.\d{3}$)(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/

/** Null where two that are written otherwise are equal: either may stand first. */
export function sortNumbers(items: readonly string[], descending: boolean): readonly string[] | null {
  if (items.length < 2 || !items.every((item) => sortable.test(item))) return null
  const worths = new Map(items.map((item) => [item, billionths(item)]))
  if (new Set(worths.values()).size < worths.size) return null
  const sorted = [...items].sort((a, b) => Number((worths.get(a) ?? 0n) - (worths.get(b) ?? 0n)))
  return descending ? sorted.reverse() : sorted
}

/** A double would lose the places behind fifteen digits. */
function billionths(item: string): bigint {
  const [whole = '', places = ''] = item.split('.')
  return BigInt(whole + places.padEnd(9, '0'))
}

/** The first of each stays. Null where some differ by letter case or white space alone, or a single line has no others. */
export function withoutDuplicates(items: readonly string[]): readonly string[] | null {
  if (items.length < 2) return null
  const kept = [...new Set(items)]
  const folded = new Set(kept.map((item) => item.trim().toLowerCase()))
  return folded.size === kept.length && !folded.has('') ? kept : null
}

export function emails(text: string): readonly string[] | null {
  const tokens = text.split(/[\s,;<>()]+/).filter((token) => token.includes('@'))
  const found = tokens.map((token) => token.replace(/[.!?:]$/, ''))
  // A last label of digits is a package's version.
  return all(
    found,
    /^[a-z0-9](?:[a-z0-9_%+-]|\.(?![.@])){0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,63}$/i,
  )
}

export function links(text: string): readonly string[] | null {
  // A name without its scheme may be meant as well.
  if (/[a-z0-9]\.[a-z]{2}/i.test(text.replace(/https?:\S+/gi, ''))) return null
  const found = text.split(/\s+/).filter((token) => token.includes('://'))
  return all(found, /^https?:\/\/[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9/_%&=?#.~+-]*)?$/i, /[.?]$/)
}

const numberNames =
  /\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|(?:hundred|thousand|million|billion|dozen|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|quarter)s?|half|halves|first|second|once|twice|thrice)\b/i

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

/** Greek drops its accents in capitals, and Turkish has an i of its own. */
function hasCaseOfLanguage(text: string): boolean {
  return /[ıİğĞşŞəƏ\p{Lt}\p{sc=Grek}]/u.test(text)
}
