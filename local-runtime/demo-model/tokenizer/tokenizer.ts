/**
 * Text to tokens, as training needs it. The runtime uses the library's tokenizer with the files written from here;
 * a test holds both to the same tokens.
 *
 * What is read is put into lower case first, so that a small network meets each word in one form only; what is
 * written keeps its capitals, because an answer is made of tokens and never encoded on its way out.
 */
import { type Merge, merged } from './learn-merges.ts'
import { byteAlphabet, piecesOf } from './pieces.ts'

/** Tokens that no text can produce: the frame of a conversation. */
export const SPECIAL_TOKENS = ['<|begin|>', '<|end|>', '<|system|>', '<|user|>', '<|assistant|>'] as const
export type SpecialToken = (typeof SPECIAL_TOKENS)[number]

export type Tokenizer = {
  readonly merges: readonly Merge[]
  /** The text of each token, in the byte alphabet; the special ones come last. */
  readonly vocabulary: readonly string[]
  /** A text that is read: in lower case. */
  encode(text: string): number[]
  /** A text that is to be written: as it stands. */
  encodeExactly(text: string): number[]
  special(token: SpecialToken): number
}

export function tokenizerOf(merges: readonly Merge[]): Tokenizer {
  const vocabulary = [...byteAlphabet, ...merges.map((merge) => merge.join('')), ...SPECIAL_TOKENS]
  const numbers = new Map(vocabulary.map((token, number) => [token, number]))
  const ranks = new Map(merges.map((merge, rank) => [merge.join(' '), rank]))
  const cache = new Map<string, readonly number[]>()

  const encodePiece = (piece: string): readonly number[] => {
    const cached = cache.get(piece)
    if (cached !== undefined) return cached
    let symbols = Array.from(piece)
    for (;;) {
      let first = Number.POSITIVE_INFINITY
      for (let index = 0; index + 1 < symbols.length; index++) {
        first = Math.min(
          first,
          ranks.get(`${symbols[index]} ${symbols[index + 1]}`) ?? Number.POSITIVE_INFINITY,
        )
      }
      if (first === Number.POSITIVE_INFINITY) break
      symbols = merged(symbols, merges[first]!)
    }
    const tokens = symbols.map((symbol) => numbers.get(symbol)!)
    if (cache.size < 20_000) cache.set(piece, tokens)
    return tokens
  }

  return {
    merges,
    vocabulary,
    encode: (text) => piecesOf(text.toLowerCase()).flatMap(encodePiece),
    encodeExactly: (text) => piecesOf(text).flatMap(encodePiece),
    special: (token) => numbers.get(token)!,
  }
}
