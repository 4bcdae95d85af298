/**
 * Takes a text apart into what a byte-pair tokenizer is likely to count, without a tokenizer's vocabulary.
 *
 * A piece is a pair of neighbouring letters, the beginning of a word, a digit, a mark, a character of some script. How
 * often each kind occurs says how many tokens the text has at most, once each kind has a price (`token-costs.ts`): pairs
 * that are rare in the languages that tokenizers have learnt are where words get split. One pass, and memory that
 * does not grow with the text.
 */

const pairs = 26 * 26
/** Behind the pairs: a word that begins with this letter. */
const begin = pairs
const marks = begin + 26

export type Piece =
  | 'joined'
  | 'capital'
  | 'capitals'
  | 'digit'
  | 'spaceBeforeDigit'
  | 'mark'
  | 'nextMark'
  | 'sameMark'
  | 'line'
  | 'nextLine'
  | 'spaces'
  | 'nextSpace'
  | 'control'
  | 'spaceBeforeScript'
  | 'scripts'

/** The kinds of pieces that are neither a pair of letters nor the beginning of a word. */
export const piece: Readonly<Record<Piece, number>> = {
  /** A word right behind something that is no space. */
  joined: marks,
  /** A word that begins with a capital. */
  capital: marks + 1,
  /** A capital behind another capital. */
  capitals: marks + 2,
  digit: marks + 3,
  /** The space before a digit belongs to no word. */
  spaceBeforeDigit: marks + 4,
  mark: marks + 5,
  /** A mark behind a mark, of another kind or of the same. */
  nextMark: marks + 6,
  sameMark: marks + 7,
  line: marks + 8,
  nextLine: marks + 9,
  /** A run of spaces, and each space in it beyond the second. */
  spaces: marks + 10,
  nextSpace: marks + 11,
  control: marks + 12,
  /** The space before a character of a script that tokenizers have learnt less of. */
  spaceBeforeScript: marks + 13,
  /** The first of the scripts below. */
  scripts: marks + 14,
}

/** Where the scripts begin, in UTF-16; each goes on to the next. What no data was seen of costs its bytes. */
const scripts: readonly number[] = [
  0x80, // Latin signs
  0xc0, // Latin letters
  0x250, // phonetic letters, accents apart
  0x370, // Greek
  0x400, // Cyrillic
  0x530, // Armenian
  0x590, // Hebrew
  0x600, // Arabic
  0x700, // Syriac and others
  0x800, // others of three bytes
  0x900, // Devanagari
  0x980, // Bengali
  0xa00, // Gurmukhi, Gujarati, Odia
  0xb80, // Tamil
  0xc00, // Telugu, Kannada
  0xd00, // Malayalam, Sinhala
  0xe00, // Thai
  0xe80, // Lao, Tibetan, Burmese
  0x10a0, // Georgian
  0x1100, // Hangul letters
  0x1200, // Ethiopic, Cherokee, Khmer, Mongolian
  0x1e00, // Latin and Greek with marks
  0x2000, // punctuation
  0x2070, // symbols
  0x2c00, // more scripts
  0x3000, // CJK punctuation
  0x3040, // kana
  0x3100, // Han
  0xa000, // Yi and others
  0xac00, // Hangul
  0xd800, // half of a character of four bytes
  0xe000, // private use, Han of old standards
  0xfe00, // marks of emoji, forms
  0xff00, // full width
]

export const pieceKinds: number = piece.scripts + scripts.length

/** What a unit of a script's takes in UTF-8, at most, which is the most tokens that it can be; 0 for any other piece. */
export function scriptBytes(kind: number): number {
  const from = scripts[kind - piece.scripts] ?? 0
  // Of four bytes in two halves, two each.
  return from === 0 ? 0 : from < 0x800 || from === 0xd800 ? 2 : 3
}

const scriptOf = new Uint8Array(0x10000 >> 4)
for (const [index, from] of scripts.entries()) scriptOf.fill(index, from >> 4)

/** Adds the pieces of the text to `counts`, which has a place for each kind. */
export function countPieces(text: string, counts: Uint32Array): void {
  const add = (kind: number): void => {
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  let before = 32
  let spaces = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 32) {
      if (++spaces === 2) add(piece.spaces)
      else if (spaces > 2) add(piece.nextSpace)
      before = code
      continue
    }
    const kind = kindOf(code)
    if (kind === letter) {
      const at = (code | 32) - 97
      const upper = code < 97
      const last = kindOf(before)
      // A capital behind a small letter begins a word of its own.
      if (last === letter && !(upper && before >= 97)) {
        add(((before | 32) - 97) * 26 + at)
        if (upper) add(piece.capitals)
      } else {
        add(begin + at)
        if (upper) add(piece.capital)
        if (before !== 32) add(piece.joined)
      }
    } else if (kind === digit) {
      add(piece.digit)
      if (spaces > 0) add(piece.spaceBeforeDigit)
    } else if (kind === mark) {
      add(
        spaces > 0 || kindOf(before) !== mark
          ? piece.mark
          : code === before
            ? piece.sameMark
            : piece.nextMark,
      )
    } else if (kind === line) {
      add(spaces === 0 && kindOf(before) === line ? piece.nextLine : piece.line)
    } else if (kind === control) {
      add(piece.control)
    } else {
      add(piece.scripts + (scriptOf[code >> 4] ?? 0))
      if (spaces > 0 && code >= 0x530) add(piece.spaceBeforeScript)
    }
    spaces = 0
    before = code
  }
}

const letter = 1
const digit = 2
const mark = 3
const line = 4
const control = 5
const other = 6

const kinds = new Uint8Array(128).map((_, code) => {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return letter
  if (code >= 48 && code <= 57) return digit
  if (code === 10 || code === 13) return line
  return code < 32 || code === 127 ? control : mark
})

function kindOf(code: number): number {
  return code < 128 ? (kinds[code] ?? other) : other
}
