/**
 * One step of a model: some new tokens in, the scores after the last of them out, and the keys and values of
 * attention kept for the next step. The library's `generate` is not used, because it reads a prompt in one go
 * that nothing can interrupt, and holds text back.
 */
import { DynamicCache, type PreTrainedModel, Tensor } from '@huggingface/transformers'
import type { KeptPrefixes } from './kept-prefixes.ts'

export type Forward = {
  /** Takes up what is kept of a conversation that began with the same tokens; tells how many it need not read. */
  begin(ids: readonly number[]): number
  /** Scores over the vocabulary after the last of `ids`. */
  run(ids: readonly number[]): Promise<Float32Array>
  /** Keeps what was read and said for whoever goes on from there. */
  keep(): void
}

export function forward(model: PreTrainedModel, kept: KeptPrefixes): Forward {
  let past: Readonly<Record<string, Tensor>> | null = null
  const seen: number[] = []

  return {
    begin(ids) {
      const found = kept.find(ids)
      if (found === null) return 0
      past = found.past
      seen.push(...ids.slice(0, found.tokens))
      return found.tokens
    },

    async run(ids) {
      const length = seen.length + ids.length
      const outputs: Record<string, Tensor> = await model.forward({
        input_ids: integers(BigInt64Array.from(ids, BigInt), [1, ids.length]),
        attention_mask: integers(new BigInt64Array(length).fill(1n), [1, length]),
        num_logits_to_keep: integers(BigInt64Array.of(1n), []),
        past_key_values: past === null ? null : new DynamicCache(past),
      })
      past = cacheOf(outputs)
      seen.push(...ids)
      return lastScores(outputs.logits)
    },

    keep() {
      if (past !== null) kept.keep(seen, past)
    },
  }
}

function integers(data: BigInt64Array, dims: number[]): Tensor {
  return new Tensor('int64', data, dims)
}

/** What a step gives out as `present…` the next one takes in as `past…`. */
function cacheOf(outputs: Record<string, Tensor>): Record<string, Tensor> {
  const entries: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith('present_')) entries[`past_${name.slice('present_'.length)}`] = tensor
    else if (name.startsWith('present')) entries[`past_key_values${name.slice('present'.length)}`] = tensor
  }
  return entries
}

function lastScores(logits: Tensor | undefined): Float32Array {
  if (logits === undefined) throw new TypeError('the model has no output named logits')
  const vocabulary = logits.dims.at(-1) ?? 0
  const { data } = logits.type === 'float32' ? logits : logits.to('float32')
  if (data instanceof Float32Array) return data.subarray(data.length - vocabulary)
  throw new TypeError(`the model gives its scores as ${logits.type}; float32 is read here`)
}
