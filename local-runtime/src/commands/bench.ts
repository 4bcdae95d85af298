/**
 * `nearside-runtime bench MODEL`: how fast this model is on this machine, through the server as a caller
 * meets it. A prompt read cold gives the speed of reading; the pieces of its answer give that of writing.
 */
import { resolveModel } from '../resolve-model.ts'
import { modelsFolder } from '../store/places.ts'
import { type Conversation, openConversation } from './conversation.ts'
import { jsonLine, type Output } from './output.ts'
import { type Grammar, textFlag, type Words, wholeNumber } from './words.ts'

export const benchGrammar: Grammar = {
  command: 'bench',
  usage: 'MODEL',
  positionals: [1, 1],
  values: ['prompt-words', 'max-tokens', 'context-tokens', 'threads'],
  switches: [],
}

export type BenchResult = {
  readonly model: string
  readonly version: string
  readonly loadMs: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly firstTokenMs: number
  readonly promptTokensPerSecond: number
  /** Null where the model ended its answer at once. */
  readonly outputTokensPerSecond: number | null
}

export async function bench(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const folder = await resolveModel(words.positionals[0]!, modelsFolder(textFlag(words, 'models'), env))
  const promptWords = wholeNumber(words, 'prompt-words', 300)
  const maxTokens = wholeNumber(words, 'max-tokens', 64)
  const startMs = performance.now()
  const conversation = await openConversation(folder, {
    contextTokens: wholeNumber(words, 'context-tokens', 8_192),
    ...(words.flags.threads === undefined ? {} : { threads: wholeNumber(words, 'threads', 1) }),
  })
  const loadMs = performance.now() - startMs
  try {
    const measured = await measure(conversation, promptWords, maxTokens, signal)
    const result: BenchResult = {
      model: conversation.model,
      version: conversation.version,
      loadMs,
      ...measured,
    }
    output.out(words.flags.json === true ? jsonLine(result) : benchText(result))
    return 0
  } finally {
    await conversation.close()
  }
}

async function measure(
  conversation: Conversation,
  promptWords: number,
  maxTokens: number,
  signal: AbortSignal,
): Promise<Omit<BenchResult, 'model' | 'version' | 'loadMs'>> {
  // Numbers, so that no part of the prompt is like another, and the model has no reason to end soon.
  const numbers = Array.from({ length: promptWords }, (_, i) => i + 1).join(' ')
  const messages = [{ role: 'user' as const, content: `Go on counting: ${numbers}` }]
  const startMs = performance.now()
  let firstMs: number | null = null
  let lastMs = startMs
  let promptTokens = 0
  let outputTokens = 0
  for await (const piece of conversation.ask(messages, { maxTokens, temperature: 0 }, signal)) {
    if (piece.type === 'usage') ({ promptTokens, outputTokens } = piece)
    else if (piece.type === 'text') {
      lastMs = performance.now()
      firstMs ??= lastMs
    }
  }
  const firstTokenMs = (firstMs ?? performance.now()) - startMs
  const writingMs = lastMs - (firstMs ?? lastMs)
  return {
    promptTokens,
    outputTokens,
    firstTokenMs,
    promptTokensPerSecond: (promptTokens * 1_000) / firstTokenMs,
    outputTokensPerSecond:
      outputTokens > 1 && writingMs > 0 ? ((outputTokens - 1) * 1_000) / writingMs : null,
  }
}

function benchText(result: BenchResult): string {
  const { outputTokensPerSecond: writing } = result
  return [
    `${result.model} (${result.version})`,
    `  load         ${(result.loadMs / 1_000).toFixed(1)} s`,
    `  first token  ${Math.round(result.firstTokenMs)} ms after a prompt of ${result.promptTokens} tokens`,
    `  reading      ${result.promptTokensPerSecond.toFixed(1)} tokens/s`,
    `  writing      ${writing === null ? 'not measured: the answer ended at once' : `${writing.toFixed(1)} tokens/s`}`,
    '',
  ].join('\n')
}
