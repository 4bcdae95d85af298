/**
 * How text is cut before merging: into words, numbers, marks and blanks, each written in GPT-2's byte alphabet.
 *
 * Every byte has a printable character of its own, so any text in any script can be encoded and nothing is unknown.
 */

/** A word with the blank before it, one digit, a run of marks, or blanks. Understood by every tokenizer library. */
export const PIECE_PATTERN: string = ' ?\\p{L}+| ?\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+'

const piecePattern = new RegExp(PIECE_PATTERN, 'gu')
const utf8 = new TextEncoder()

/** The character that stands for each byte: itself when it is printable, else one from U+0100 on. */
export const byteAlphabet: readonly string[] = (() => {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173)
    return String.fromCharCode(printable ? byte : next++)
  })
})()

export function piecesOf(text: string): string[] {
  return Array.from(text.matchAll(piecePattern), ([piece]) =>
    Array.from(utf8.encode(piece), (byte) => byteAlphabet[byte]!).join(''),
  )
}
