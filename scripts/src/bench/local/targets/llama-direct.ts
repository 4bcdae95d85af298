/** node-llama-cpp used directly: a sequence for short prompts, one for long, and two more for the batch. */
import { getLlama, type LlamaContextSequence, LlamaLogLevel, type Token } from 'node-llama-cpp'
import { promptIds } from '../weights/vocabulary.ts'
import { serveTarget } from './serve-target.ts'
import { type Prompt, speedAfterFirst, speedTogether } from './target.ts'

serveTarget(async ({ gguf, vocabulary, threads, contextTokens }) => {
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.disabled,
    gpu: false,
    maxThreads: threads,
  })
  const model = await llama.loadModel({ modelPath: gguf })
  const context = await model.createContext({ contextSize: contextTokens, sequences: 4, threads })
  const sequences = Array.from({ length: 4 }, () => context.getSequence())
  const longTokens = 100

  async function times(sequence: LlamaContextSequence, prompt: Prompt, count: number): Promise<number[]> {
    const ids = promptIds(prompt.tokens, prompt.salt, vocabulary) as Token[]
    await sequence.adaptStateToTokens(ids.slice(0, -1), false)
    const found: number[] = []
    const rest = ids.slice(sequence.nextTokenIndex)
    for await (const _ of sequence.evaluate(rest, { temperature: 0, yieldEogToken: true })) {
      if (found.push(performance.now()) === count) break
    }
    return found
  }
  const sequenceFor = ({ tokens }: Prompt): LlamaContextSequence => sequences[tokens < longTokens ? 0 : 1]!

  return {
    async firstToken(prompt) {
      const begunAt = performance.now()
      const [first] = await times(sequenceFor(prompt), prompt, 1)
      return first! - begunAt
    },
    decode: async (prompt, count) => speedAfterFirst(await times(sequenceFor(prompt), prompt, count + 1)),
    async together(prompts, count) {
      const all = await Promise.all(prompts.map((prompt, at) => times(sequences[at]!, prompt, count + 1)))
      return speedTogether(all)
    },
  }
})
