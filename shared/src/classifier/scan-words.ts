/**
 * Cuts text into words without knowing its language.
 *
 * A word is a run of letters, or a run of digits. Of scripts that write no spaces (Han, kana, Hangul, Thai and
 * everything above) each character is a word, so that pairs of words are pairs of characters there. Marks are words of
 * one character. Only ranges of code units are compared, no tables of Unicode are asked, so that two platforms with
 * different versions of Unicode cut alike.
 */

export const wordKind = { letters: 1, digits: 2, mark: 3 } as const

/** Called with the half-open range of each word and what it is made of. */
export type OnWord = (from: number, to: number, kind: number) => void

const space = 0

export function scanWords(text: string, onWord: OnWord): void {
  let from = 0
  let running = space
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const kind = code < 128 ? (ascii[code] ?? space) : kindBeyondAscii(code)
    if (kind === running && kind !== alone) continue
    if (running !== space) flush(from, i, running, onWord)
    from = i
    running = kind
    // The second half of a pair belongs to the first.
    if (kind === alone && code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
      const next = text.charCodeAt(i + 1)
      if (next >= 0xdc00 && next < 0xe000) i++
    }
  }
  if (running !== space) flush(from, text.length, running, onWord)
}

function flush(from: number, to: number, running: number, onWord: OnWord): void {
  if (running === apart) for (let i = from; i < to; i++) onWord(i, i + 1, wordKind.letters)
  else onWord(from, to, running)
}

/** A mark, which stands alone; and a letter of a script without spaces. */
const alone = wordKind.mark
const apart = 4

const ascii: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return wordKind.digits
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return wordKind.letters
  return code <= 32 || code === 127 ? space : alone
})

function kindBeyondAscii(code: number): number {
  if (
    code <= 0xa0 ||
    (code >= 0x2000 && code <= 0x200d) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x3000
  )
    return space
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba ? wordKind.letters : alone
  if (code === 0xd7 || code === 0xf7) return alone
  if (code >= 0x0e00 && code < 0x1000) return apart
  if (code < 0x2000) return wordKind.letters
  if (code < 0x2e80) return alone
  if (code >= 0x3001 && code <= 0x3003) return alone
  if (code >= 0xd800 && code < 0xe000) return alone
  return apart
}
