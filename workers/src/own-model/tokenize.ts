/**
 * From a text to the ids of its tokens, within bounds: by a `tokenizer.json` as Hugging Face's models bring it, or by a
 * function of the host's own.
 *
 * Of a long text its beginning and its end are read, because what a request asks for stands at the one or the other; first by
 * characters, so that no tokenizer is given a megabyte, then by tokens. The first and the last token stay, which are
 * the special ones where a model has them.
 */
import { Tokenizer } from '@huggingface/tokenizers'
import { NearsideError } from '@nearside/core'
import { isObject, wrong } from '../options/checks.ts'

/** All special tokens that the model wants are among the ids. */
export type Tokenize = (text: string) => readonly number[]

/** A word of English is some five characters and a token or two; of other scripts a token is a character or less. */
const charactersPerToken = 8

export function tokenizeBy(given: object | Tokenize, config: object, maxTokens: number): Tokenize {
  const tokenize = typeof given === 'function' ? (given as Tokenize) : tokenizeWith(given, config)
  return (text) => middleOut(checked(tokenize(excerpt(text, maxTokens * charactersPerToken))), maxTokens)
}

function tokenizeWith(json: object, config: object): Tokenize {
  if (!isObject(json) || !('model' in json) || !isObject(json.model)) {
    throw wrong(
      'tokenizer',
      'is what a tokenizer.json holds (an object with a model), or a function from a text to ids',
    )
  }
  let tokenizer: Tokenizer
  try {
    tokenizer = new Tokenizer(json, config)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NearsideError('bad-options', `tokenizer cannot be read by @huggingface/tokenizers: ${why}`, {
      param: 'tokenizer',
      cause,
    })
  }
  return (text) => tokenizer.encode(text).ids
}

function checked(ids: readonly number[]): readonly number[] {
  if (Array.isArray(ids) && ids.every((id) => Number.isSafeInteger(id) && id >= 0)) return ids
  throw wrong('tokenizer', 'makes a list of whole numbers from 0')
}

function excerpt(text: string, most: number): string {
  if (text.length <= most) return text
  const half = most / 2
  return `${text.slice(0, half)}\n${text.slice(1 - half)}`
}

function middleOut(ids: readonly number[], most: number): readonly number[] {
  if (ids.length <= most) return ids
  const tail = Math.floor(most / 2)
  return [...ids.slice(0, most - tail), ...ids.slice(ids.length - tail)]
}
