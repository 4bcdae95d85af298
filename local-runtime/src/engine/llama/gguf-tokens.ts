/**
 * Which bytes each token of a GGUF file stands for. The file carries its vocabulary in one of two spellings, byte-level BPE and
 * SentencePiece, and a type for each token; both are read as those of `tokenizer.json` are, so that the same vocabulary in the
 * two formats gives the same text.
 */
import { NearsideError } from '@nearside/core'
import { byteLevel, sentencePiece, type TokenTable } from '../../model/read-tokenizer.ts'

export type GgufVocabulary = {
  /** `tokenizer.ggml.model`. */
  readonly model: string
  readonly tokens: readonly string[]
  /** `tokenizer.ggml.token_type`; a file without takes all for text. */
  readonly types: readonly number[]
}

/** ggml's numbers. */
const tokenType = { unknown: 2, control: 3, userDefined: 4, unused: 5 } as const

const spellings: Readonly<Record<string, { bytes: (token: string) => Uint8Array; leadingSpace: boolean }>> = {
  gpt2: { bytes: byteLevel, leadingSpace: false },
  llama: { bytes: sentencePiece, leadingSpace: true },
}

/** `spoken` are control tokens that an answer may hold as text: the marks of calls. */
export function ggufTokens(
  { model, tokens, types }: GgufVocabulary,
  spoken: readonly string[] = [],
): TokenTable {
  const spelling = spellings[model]
  if (spelling === undefined) {
    throw new NearsideError(
      'bad-options',
      `the file has a vocabulary of type ${model}; ${Object.keys(spellings).join(' and ')} are known here.`,
    )
  }
  const utf8 = new TextEncoder()
  let longestTokenBytes = 1
  const table = tokens.map((token, id) => {
    const type = types[id]
    const isSpoken = type === tokenType.control && spoken.includes(token)
    const bytes = type === tokenType.userDefined || isSpoken ? utf8.encode(token) : spelling.bytes(token)
    longestTokenBytes = Math.max(longestTokenBytes, bytes.length)
    if (isSpoken) return bytes
    return type === tokenType.control || type === tokenType.unknown || type === tokenType.unused
      ? null
      : bytes
  })
  return {
    bytesOf: (id) => table[id] ?? null,
    controls: tokens.filter((_, id) => types[id] === tokenType.control),
    longestTokenBytes,
    leadingSpace: spelling.leadingSpace,
  }
}
