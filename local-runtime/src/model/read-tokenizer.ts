/**
 * What the server needs to know of a model's `tokenizer.json`: which bytes each token stands for.
 *
 * Two spellings cover the models of this kind: byte-level BPE, whose tokens write each byte as a printable
 * character (GPT-2's table), and SentencePiece, whose tokens are text with `▁` for a space and `<0xE2>` for a
 * lone byte. With the bytes in hand, text can be put together as it comes; the tokenizer library's own decoder
 * wants all tokens at once.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'

export type TokenTable = {
  /** Null for a token that is no text: the end of a turn, or a role's marker. */
  bytesOf(id: number): Uint8Array | null
  /** How the model's control tokens are spelt. */
  readonly controls: readonly string[]
  readonly longestTokenBytes: number
  /** SentencePiece begins each text with a space that is not there. */
  readonly leadingSpace: boolean
}

type Decoder = { readonly type: string; readonly decoders?: readonly { readonly type: string }[] | undefined }

const tokenizerSchema = v.object({
  added_tokens: v.optional(
    v.array(v.object({ id: v.number(), content: v.string(), special: v.optional(v.boolean(), false) })),
    [],
  ),
  decoder: v.object({ type: v.string(), decoders: v.optional(v.array(v.object({ type: v.string() }))) }),
  model: v.object({
    vocab: v.union([v.record(v.string(), v.number()), v.array(v.looseTuple([v.string(), v.number()]))]),
  }),
})

/** `spoken` are control tokens that an answer may hold as text: the marks of calls. */
export async function readTokenizer(folder: string, spoken: readonly string[] = []): Promise<TokenTable> {
  const text = await readFile(join(folder, 'tokenizer.json'), 'utf8').catch((cause: unknown) => {
    throw new NearsideError('bad-options', 'The model folder has no readable tokenizer.json.', { cause })
  })
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), tokenizerSchema), text)
  if (!result.success)
    throw new NearsideError('bad-options', 'tokenizer.json is not one this server can read.')

  const { added_tokens: added, decoder, model } = result.output
  const spelling = spellingOf(decoder)
  const table: (Uint8Array | null)[] = []
  const entries: readonly (readonly [string, number])[] = Array.isArray(model.vocab)
    ? model.vocab.map(([token], id) => [token, id] as const)
    : Object.entries(model.vocab)
  for (const [token, id] of entries) table[id] = spelling.bytes(token)
  for (const { id, content, special } of added) {
    table[id] = special && !spoken.includes(content) ? null : utf8.encode(content)
  }

  let longestTokenBytes = 1
  for (const bytes of table) longestTokenBytes = Math.max(longestTokenBytes, bytes?.length ?? 0)
  for (const token of added)
    longestTokenBytes = Math.max(longestTokenBytes, utf8.encode(token.content).length)
  return {
    bytesOf: (id) => table[id] ?? null,
    controls: added.filter(({ special }) => special).map(({ content }) => content),
    longestTokenBytes,
    leadingSpace: spelling.leadingSpace,
  }
}

type Spelling = { readonly bytes: (token: string) => Uint8Array; readonly leadingSpace: boolean }

function spellingOf(decoder: Decoder): Spelling {
  const types = [decoder.type, ...(decoder.decoders ?? []).map(({ type }) => type)]
  if (types.includes('ByteLevel')) return { bytes: byteLevel, leadingSpace: false }
  if (types.includes('Metaspace') || types.includes('ByteFallback')) {
    return { bytes: sentencePiece, leadingSpace: types.includes('Metaspace') || types.includes('Strip') }
  }
  throw new NearsideError(
    'bad-options',
    `tokenizer.json has a decoder of type ${decoder.type}; byte-level BPE and SentencePiece are known here.`,
  )
}

const utf8 = new TextEncoder()

/** GPT-2 writes printable bytes as themselves and the others as the characters from U+0100 on, in order. */
const byteOfCharacter: ReadonlyMap<string, number> = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  const bytes = Array.from({ length: 256 }, (_, byte) => byte)
  return new Map<string, number>([
    ...bytes.filter(isPrintable).map((byte) => [String.fromCharCode(byte), byte] as const),
    ...bytes
      .filter((byte) => !isPrintable(byte))
      .map((byte, index) => [String.fromCharCode(0x100 + index), byte] as const),
  ])
})()

export function byteLevel(token: string): Uint8Array {
  const bytes: number[] = []
  for (const character of token) {
    const byte = byteOfCharacter.get(character)
    // A token outside the table can only be text that was added as it is.
    if (byte === undefined) return utf8.encode(token)
    bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

export function sentencePiece(token: string): Uint8Array {
  const lone = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)
  return lone === null
    ? utf8.encode(token.replaceAll('▁', ' '))
    : Uint8Array.of(Number.parseInt(lone[1]!, 16))
}
