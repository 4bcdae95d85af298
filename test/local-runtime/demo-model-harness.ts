/** A model folder as users load it: by @huggingface/transformers, offline, on one thread. */
import { AutoModelForCausalLM, AutoTokenizer, random, Tensor } from '@huggingface/transformers'

export type Message = { readonly role: string; readonly content: unknown }

export type Completion = {
  readonly text: string
  /** Whether the model ended its answer itself. */
  readonly ended: boolean
  /** The answer's tokens, its end among them. */
  readonly ids: readonly number[]
  readonly promptTokens: number
}

export type LoadedModel = {
  /** Greedy, or sampled at `temperature` with `seed`. */
  complete(
    messages: readonly Message[],
    sampling?: { temperature: number; seed: number },
  ): Promise<Completion>
  /** The same without a chat template. */
  completeTokens(tokens: readonly number[]): Promise<Completion>
  encode(text: string): number[]
  render(messages: readonly Message[]): string
  /** The logits after each token. */
  logits(tokens: readonly number[]): Promise<Float32Array>
}

const MOST_TOKENS = 100

export async function loadModel(folder: string): Promise<LoadedModel> {
  const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
  const model = await AutoModelForCausalLM.from_pretrained(folder, {
    local_files_only: true,
    dtype: 'fp32',
    device: 'cpu',
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  })
  const end = tokenizer.encode('<|end|>', { add_special_tokens: false })[0]

  const inputsOf = (tokens: readonly number[]): { input_ids: Tensor; attention_mask: Tensor } => ({
    input_ids: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
    attention_mask: new Tensor('int64', new BigInt64Array(tokens.length).fill(1n), [1, tokens.length]),
  })
  const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false })
  const render = (messages: readonly Message[]): string =>
    String(
      tokenizer.apply_chat_template([...messages] as Parameters<typeof tokenizer.apply_chat_template>[0], {
        add_generation_prompt: true,
        tokenize: false,
      }),
    )

  const generate = async (prompt: readonly number[], settings: object): Promise<Completion> => {
    const output = await model.generate({ ...inputsOf(prompt), max_new_tokens: MOST_TOKENS, ...settings })
    if (!(output instanceof Tensor)) throw new TypeError('generate gave no tensor')
    const tokens = (output.tolist() as bigint[][])[0]!.slice(prompt.length).map(Number)
    return {
      text: tokenizer.decode(tokens, { skip_special_tokens: true }),
      ended: tokens.at(-1) === end,
      ids: tokens,
      promptTokens: prompt.length,
    }
  }

  return {
    complete: (messages, sampling) => {
      if (sampling === undefined) return generate(encode(render(messages)), { do_sample: false })
      random.seed(sampling.seed)
      return generate(encode(render(messages)), {
        do_sample: true,
        temperature: sampling.temperature,
        top_k: 0,
      })
    },
    completeTokens: (tokens) => generate(tokens, { do_sample: false }),
    encode,
    render,
    logits: async (tokens) => {
      const { logits } = (await model(inputsOf(tokens))) as { logits: Tensor }
      return logits.data as Float32Array
    },
  }
}
