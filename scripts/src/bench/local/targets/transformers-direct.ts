/** transformers.js and its own `generate`, given the keys and values of what it has read. */
import { AutoModelForCausalLM, BaseStreamer, DynamicCache, env, Tensor } from '@huggingface/transformers'
import { promptIds } from '../weights/vocabulary.ts'
import { serveTarget } from './serve-target.ts'
import { type Prompt, speedAfterFirst } from './target.ts'

type Known = { readonly ids: readonly number[]; readonly past: Readonly<Record<string, Tensor>> }

/** When each token came; what comes first is the prompt. */
class Clock extends BaseStreamer {
  readonly timesMs: number[] = []
  private isPrompt = true

  override put(): void {
    if (!this.isPrompt) this.timesMs.push(performance.now())
    this.isPrompt = false
  }

  override end(): void {}
}

serveTarget(async ({ folder, vocabulary, threads }) => {
  env.allowRemoteModels = false
  const model = await AutoModelForCausalLM.from_pretrained(folder, {
    dtype: 'q4',
    device: 'cpu',
    session_options: {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    },
  })
  let known: Known[] = []
  // Without what closes a message, for a cache cannot be cut: a longer prompt goes on from a shorter one's end.
  const idsOf = ({ tokens, salt }: Prompt): number[] =>
    promptIds(tokens + 2, salt, vocabulary).slice(0, tokens)

  async function generate(
    ids: readonly number[],
    count: number,
    past: Known['past'] | null,
  ): Promise<[Clock, Known['past']]> {
    const streamer = new Clock()
    const output: unknown = await model.generate({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length]),
      past_key_values: past === null ? null : new DynamicCache(past),
      max_new_tokens: count,
      min_new_tokens: count,
      do_sample: false,
      return_dict_in_generate: true,
      streamer,
    } as unknown as Parameters<typeof model.generate>[0])
    const { past_key_values: after } = output as { past_key_values: Known['past'] }
    return [streamer, { ...after }]
  }

  /** Its first token too, because nothing else makes `generate` read a prompt. */
  async function read(prompt: Prompt): Promise<[Clock, Known]> {
    const ids = idsOf(prompt)
    const from = known.find(
      (each) => each.ids.length < ids.length && each.ids.every((id, at) => id === ids[at]),
    )
    const [clock, past] = await generate(ids, 1, from?.past ?? null)
    return [clock, { ids, past }]
  }

  return {
    async firstToken(prompt) {
      const begunAt = performance.now()
      const [clock, here] = await read(prompt)
      known = [...known.filter(({ ids }) => ids.length !== prompt.tokens), here]
      return clock.timesMs[0]! - begunAt
    },
    async decode(prompt, count) {
      const ids = idsOf(prompt)
      let here = known.find(
        (each) => each.ids.length === ids.length && each.ids.every((id, at) => id === ids[at]),
      )
      if (here === undefined) {
        here = (await read(prompt))[1]
        known = [...known.filter((each) => each.ids.length !== ids.length), here]
      }
      const [clock] = await generate([...ids, 97], count + 1, here.past)
      return speedAfterFirst(clock.timesMs)
    },
    together: () => Promise.reject(new Error('one conversation at a time')),
  }
})
