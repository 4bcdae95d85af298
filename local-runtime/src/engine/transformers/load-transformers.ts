/**
 * Loads a model with @huggingface/transformers, from its folder alone: nothing is fetched, nothing is cached
 * elsewhere, and nothing is printed, because the library prints a prompt's token ids when a run fails.
 */
import {
  AutoModelForCausalLM,
  AutoTokenizer,
  env,
  LogLevel,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@huggingface/transformers'
import { readChatTemplate } from '../../model/read-chat-template.ts'
import { forward } from './forward.ts'
import type { ProcessSettings } from './messages.ts'

export type LoadedModel = {
  readonly tokenizer: PreTrainedTokenizer
  readonly model: PreTrainedModel
  readonly tokensPerSecond: number
}

export async function loadTransformers({
  model: { folder, dtype },
  threads,
}: ProcessSettings): Promise<LoadedModel> {
  env.allowRemoteModels = false
  env.allowLocalModels = true
  env.useFSCache = false
  env.useBrowserCache = false
  env.logLevel = LogLevel.NONE

  const tokenizer = await AutoTokenizer.from_pretrained(folder)
  tokenizer.chat_template = (await readChatTemplate(folder)) ?? tokenizer.chat_template
  const model = await AutoModelForCausalLM.from_pretrained(folder, {
    dtype,
    device: 'cpu',
    session_options: {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Threads that spin while they wait take the core from those that have work.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    },
  })
  return { tokenizer, model, tokensPerSecond: await warmUp(model) }
}

/** The first runs lay out memory; without these the first caller would wait for it. Also a first measure. */
async function warmUp(model: PreTrainedModel): Promise<number> {
  const anyToken = [0]
  const step = forward(model)
  await step.run(anyToken)
  const rounds = 4
  const start = performance.now()
  for (let round = 0; round < rounds; round++) await step.run(anyToken)
  return (rounds * 1_000) / (performance.now() - start)
}
