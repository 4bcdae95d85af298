/**
 * `nearside-runtime run MODEL ["prompt"]`: one answer, or a conversation in the terminal. The answer alone
 * goes to standard output. Ctrl-C ends the answer that is being given; where none is, it ends the
 * conversation.
 */
import { createInterface } from 'node:readline/promises'
import { NearsideError } from '@nearside/core'
import { resolveModel } from '../resolve-model.ts'
import { modelsFolder } from '../store/places.ts'
import { type Conversation, type Message, openConversation } from './conversation.ts'
import { jsonLine, type Output } from './output.ts'
import { type Grammar, textFlag, type Words, wholeNumber } from './words.ts'

export const runGrammar: Grammar = {
  command: 'run',
  usage: 'MODEL ["prompt"]',
  positionals: [1, 2],
  values: ['system', 'max-tokens', 'context-tokens', 'threads', 'temperature'],
  switches: [],
}

export async function run(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const [given, prompt] = words.positionals
  const temperature = temperatureOf(words)
  if (words.flags.json === true && prompt === undefined) {
    throw new NearsideError('bad-options', 'With --json there must be a prompt: run MODEL "prompt" --json.')
  }
  const folder = await resolveModel(given!, modelsFolder(textFlag(words, 'models'), env))
  const conversation = await openConversation(folder, {
    contextTokens: wholeNumber(words, 'context-tokens', 8_192),
    ...(words.flags.threads === undefined ? {} : { threads: wholeNumber(words, 'threads', 1) }),
  })
  const system = textFlag(words, 'system')
  const beginning: readonly Message[] = system === null ? [] : [{ role: 'system', content: system }]
  const limits = {
    maxTokens: wholeNumber(words, 'max-tokens', 512),
    temperature,
  }
  try {
    if (prompt === undefined) return await converse(conversation, beginning, limits, output, signal)
    const asked = [...beginning, { role: 'user' as const, content: prompt }]
    const asJson = words.flags.json === true
    const answer = await say(
      conversation,
      asked,
      limits,
      asJson ? { ...output, out: () => {} } : output,
      signal,
    )
    output.out(
      asJson ? jsonLine({ model: conversation.model, version: conversation.version, ...answer }) : '\n',
    )
    return 0
  } catch (error) {
    if (!signal.aborted) throw error
    output.err('\n')
    return 130
  } finally {
    await conversation.close()
  }
}

type Limits = { readonly maxTokens: number; readonly temperature: number }
type Said = { readonly text: string; readonly promptTokens: number; readonly outputTokens: number }

async function say(
  conversation: Conversation,
  messages: readonly Message[],
  limits: Limits,
  output: Output,
  signal: AbortSignal,
): Promise<Said> {
  let said: Said = { text: '', promptTokens: 0, outputTokens: 0 }
  for await (const piece of conversation.ask(messages, limits, signal)) {
    if (piece.type === 'usage') said = { ...said, ...piece }
    else if (piece.type === 'text') {
      said = { ...said, text: said.text + piece.text }
      output.out(visible(piece.text))
    }
  }
  return { text: said.text, promptTokens: said.promptTokens, outputTokens: said.outputTokens }
}

async function converse(
  conversation: Conversation,
  beginning: readonly Message[],
  limits: Limits,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: '> ' })
  const messages = [...beginning]
  let answering: AbortController | null = null
  // A terminal in raw mode turns Ctrl-C into this instead of a signal.
  terminal.on('SIGINT', () => (answering === null ? terminal.close() : answering.abort()))
  signal.addEventListener('abort', () => terminal.close(), { once: true })
  output.err(`${conversation.model} (${conversation.version}). Ctrl-D ends, /new begins anew.\n`)
  let open = true
  terminal.on('close', () => {
    open = false
  })
  terminal.prompt()
  for await (const line of terminal) {
    const content = line.trim()
    if (content === '/new') messages.splice(beginning.length)
    else if (content !== '') {
      messages.push({ role: 'user', content })
      answering = new AbortController()
      const either = AbortSignal.any([signal, answering.signal])
      try {
        const { text } = await say(conversation, messages, limits, output, either)
        messages.push({ role: 'assistant', content: text })
      } catch (error) {
        // The question goes with the answer that it did not get: the turns stay in order.
        messages.pop()
        if (!either.aborted) output.err(error instanceof Error ? error.message : String(error))
      }
      answering = null
      output.out('\n')
    }
    // The input may have ended during the answer.
    if (open) terminal.prompt()
  }
  output.err('\n')
  return 0
}

/** What a model says is text: it does not get to move the cursor or rename the window. */
export function visible(text: string): string {
  return [...text]
    .filter((character) => character === '\n' || character === '\t' || !isControl(character))
    .join('')
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0)!
  return code < 0x20 || (code >= 0x7f && code < 0xa0)
}

function temperatureOf(words: Words): number {
  const given = textFlag(words, 'temperature') ?? '0.7'
  if (/^\d(?:\.\d+)?$/.test(given) && Number(given) <= 2) return Number(given)
  throw new NearsideError('bad-options', '--temperature is a number from 0 to 2.', { param: 'temperature' })
}
