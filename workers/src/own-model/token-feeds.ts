/**
 * The inputs of a model that reads tokens, by the names that exported transformers have: `input_ids`, and where the model
 * wants them `attention_mask` (ones), `token_type_ids` (zeros) and `position_ids` (0, 1, 2, …), each of one row. A model of a
 * fixed length is filled up with the padding token, which the mask leaves out.
 */
import { NearsideError } from '@nearside/core'
import type { Feed, Feeds, SessionInput } from './open-session.ts'

const fillers: Readonly<Record<string, (place: number, tokens: number) => number>> = {
  attention_mask: (place, tokens) => (place < tokens ? 1 : 0),
  token_type_ids: () => 0,
  position_ids: (place) => place,
}

export type TokenFeeds = {
  /** The length that the file fixes; null where any will do. */
  readonly fixedTokens: number | null
  feed(ids: readonly number[]): Feeds
}

export function tokenFeeds(inputs: readonly SessionInput[], padId: number): TokenFeeds {
  const names = ['input_ids', ...Object.keys(fillers)]
  if (!inputs.some(({ name }) => name === 'input_ids')) {
    throw bad(
      `has no input input_ids, but ${inputs.map(({ name }) => name).join(', ')}: make its inputs with encode`,
    )
  }
  let fixedTokens: number | null = null
  for (const { name, type, dims } of inputs) {
    if (!names.includes(name)) {
      throw bad(`wants the input ${name}; a tokenizer gives ${names.join(', ')}: make its inputs with encode`)
    }
    if (type !== 'int64' && type !== 'int32') throw bad(`wants ${name} as ${type}; tokens are int64 or int32`)
    const [rows, tokens] = dims
    if (dims.length !== 2 || (typeof rows === 'number' && rows !== 1)) {
      throw bad(`wants ${name} as [${dims.join(', ')}]; tokens are one row, [1, tokens]`)
    }
    if (typeof tokens === 'number') {
      if (fixedTokens !== null && fixedTokens !== tokens) throw bad('has inputs of different fixed lengths')
      fixedTokens = tokens
    }
  }
  return {
    fixedTokens,
    feed(ids) {
      const length = fixedTokens ?? ids.length
      const row = (name: string): Float64Array => {
        const fill = fillers[name]
        return Float64Array.from({ length }, (_, i) => fill?.(i, ids.length) ?? ids[i] ?? padId)
      }
      const feeds = inputs.map(({ name, type }): readonly [string, Feed] => [
        name,
        { type: type === 'int32' ? 'int32' : 'int64', dims: [1, length], data: row(name) },
      ])
      return Object.fromEntries(feeds)
    },
  }
}

function bad(why: string): NearsideError {
  return new NearsideError('bad-model', `The model ${why}.`)
}
