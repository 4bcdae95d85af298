/**
 * The engine's own process. onnxruntime computes on the thread that calls it, so in the server a single prompt
 * would silence `/health` for seconds. A thread of the server would do for that, but not for the rest: native
 * code that aborts, or is ended in the middle of a run, takes its whole process with it (ending a thread that
 * computes was tried, and did). Several generations take turns, a step each.
 */
import { writeFileSync } from 'node:fs'
import { readTokenizer } from '../../model/read-tokenizer.ts'
import { chatPrompt, type Prompt } from './chat-prompt.ts'
import { forward } from './forward.ts'
import { generate } from './generate.ts'
import { loadTransformers } from './load-transformers.ts'
import type { FromEngine, ProcessSettings, ToEngine } from './messages.ts'

type Ask = Extract<ToEngine, { readonly type: 'generate' }>

const cancelled = new Set<number>()
const running = new Set<number>()
let answer: (ask: Ask) => Promise<void> = async () => {}

// Ctrl-C reaches this process too, while the server finishes its answers: the server alone ends it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit(0))
takeBlameForMemory()

process.on('message', (message: ToEngine) => {
  if (message.type === 'load') void load(message.settings)
  if (message.type === 'generate') void begin(message)
  if (message.type === 'cancel' && running.has(message.id)) cancelled.add(message.id)
})

async function load(settings: ProcessSettings): Promise<void> {
  try {
    const table = await readTokenizer(settings.model.folder)
    const { tokenizer, model, tokensPerSecond } = await loadTransformers(settings)
    const limits = { ...settings, endTokens: new Set(settings.model.endTokens) }

    answer = async ({ id, generation }) => {
      const prompt = chatPrompt(tokenizer, table, generation.messages, settings.contextTokens)
      if (prompt.type !== 'prompt') {
        tell({ type: 'failed', id, param: 'messages', ...refusal(prompt, settings.contextTokens) })
        return
      }
      const watch = {
        isCancelled: () => isCancelled(id),
        onPromptPart: () => tell({ type: 'progress', id }),
      }
      const events = generate(forward(model), table, prompt.ids, generation, limits, watch)
      for await (const event of events) tell({ type: 'event', id, event })
    }
    tell({ type: 'ready', tokensPerSecond })
  } catch (error) {
    tell({ type: 'load-failed', message: error instanceof Error ? error.message : nameOf(error) })
  }
}

async function begin(ask: Ask): Promise<void> {
  const { id } = ask
  running.add(id)
  try {
    await answer(ask)
  } catch (error) {
    // Its message may hold parts of the prompt; its name does not.
    const message = `The model failed while it was running (${nameOf(error)}).`
    tell({ type: 'failed', id, code: 'tier-failed', message, param: null })
  } finally {
    running.delete(id)
    cancelled.delete(id)
  }
}

/** Goes once around the event loop first, so that a message that has come is heard. */
async function isCancelled(id: number): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve))
  return cancelled.has(id)
}

function refusal(
  prompt: Exclude<Prompt, { readonly type: 'prompt' }>,
  contextTokens: number,
): { readonly code: 'context-too-long' | 'bad-request'; readonly message: string } {
  if (prompt.type === 'too-long') {
    const message =
      `The conversation has ${prompt.atLeastTokens} tokens or more, but the model takes ${contextTokens} ` +
      'together with its answer; shorten it.'
    return { code: 'context-too-long', message }
  }
  const message =
    "The model's chat template refuses this conversation; most want at most one system message, first, and " +
    'then user and assistant by turns.'
  return { code: 'bad-request', message }
}

/** Where memory runs out, the kernel should take the engine, which comes back, and not the server. */
function takeBlameForMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch {
    // Not Linux, or not allowed: then the kernel chooses.
  }
}

function tell(message: FromEngine): void {
  process.send?.(message)
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
