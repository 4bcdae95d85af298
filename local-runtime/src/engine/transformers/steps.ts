/**
 * One step of a model, and who owns the keys and values around it. The plain way is the library's own: each step takes in the
 * past and gives out a present that is a token longer, which copies everything that is kept, twice. `in-place-steps` copies nothing.
 */
import { DynamicCache, type PreTrainedModel, Tensor } from '@huggingface/transformers'
import { copied, giveBack, type Past } from './key-values.ts'

export type Steps = {
  /**
   * The first `tokens` of what is kept, to go on from to `expectedTokens` and beyond; what is kept stays as it is.
   * Null where there is nothing to go on from.
   */
  open(kept: Past | null, tokens: number, expectedTokens: number): Past | null
  /** Scores after the last of `ids`, and the keys and values with them. `past` is not to be used afterwards. */
  run(ids: readonly number[], past: Past | null, pastTokens: number): Promise<Step>
}

/** The scores are good until the next step of the same conversation. */
export type Step = { readonly scores: Float32Array; readonly past: Past }

export function copyingSteps(model: PreTrainedModel): Steps {
  return {
    open: (kept, tokens) => (kept === null ? null : copied(kept, tokens, tokens)),
    async run(ids, past, pastTokens) {
      const outputs: Record<string, Tensor> = await model.forward({
        ...inputsFor(ids, pastTokens),
        past_key_values: past === null ? null : new DynamicCache(past),
      })
      if (past !== null) giveBack(past)
      return { scores: lastScores(outputs.logits), past: cacheOf(outputs) }
    },
  }
}

/** What every step takes in besides the past. */
export function inputsFor(ids: readonly number[], pastTokens: number): Readonly<Record<string, Tensor>> {
  const length = pastTokens + ids.length
  return {
    input_ids: integers(BigInt64Array.from(ids, BigInt), [1, ids.length]),
    attention_mask: integers(new BigInt64Array(length).fill(1n), [1, length]),
    position_ids: integers(
      BigInt64Array.from(ids, (_, at) => BigInt(pastTokens + at)),
      [1, ids.length],
    ),
    num_logits_to_keep: integers(BigInt64Array.of(1n), []),
  }
}

function integers(data: BigInt64Array, dims: number[]): Tensor {
  return new Tensor('int64', data, dims)
}

/** What a step gives out as `present…` the next one takes in as `past…`. */
export function pastName(output: string): string | null {
  if (output.startsWith('present_')) return `past_${output.slice('present_'.length)}`
  return output.startsWith('present') ? `past_key_values${output.slice('present'.length)}` : null
}

function cacheOf(outputs: Record<string, Tensor>): Past {
  const entries: Record<string, Tensor> = {}
  for (const [output, tensor] of Object.entries(outputs)) {
    const name = pastName(output)
    if (name !== null) entries[name] = tensor
  }
  return entries
}

export function lastScores(logits: Tensor | undefined): Float32Array {
  if (logits === undefined) throw new TypeError('the model has no output named logits')
  const vocabulary = logits.dims.at(-1) ?? 0
  const { data } = logits.type === 'float32' ? logits : logits.to('float32')
  if (data instanceof Float32Array) return data.subarray(data.length - vocabulary)
  throw new TypeError(`the model gives its scores as ${logits.type}; float32 is read here`)
}
