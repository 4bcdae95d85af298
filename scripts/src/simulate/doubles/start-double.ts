/**
 * A simulated model behind HTTP: OpenAI's chat, whole and streamed, with a log of what each call used.
 *
 * Of a prompt it has in its cache what it was asked before, as providers and local engines have: the longest run of first
 * messages that was a prompt of its own, where that is long enough to be kept. That is a matter of usage alone; what it
 * says rests on the messages.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hashOf } from '../draw.ts'
import { act, identityOf } from './act.ts'
import { type Chat, readChat } from './chat.ts'
import type { Profile } from './profile.ts'
import { type Spoken, type SpokenUsage, spokenStep, streamedAnswer, wholeAnswer } from './speak.ts'
import { messageTokens, promptTokens, textTokens } from './tokens.ts'

export type DoubleSettings = {
  readonly profile: Profile
  readonly seed: number
  /** Prompts shorter than this are not kept in its cache; OpenAI's begins at 1,024. */
  readonly cachedFromTokens: number
  /** What it says to a call that is no work of its own; null leaves the call to be worked on. */
  readonly supervises?: (chat: Chat) => Spoken | null
}

export type Double = {
  /** Up to and with the version. */
  readonly url: string
  readonly log: readonly SpokenUsage[]
  close(): Promise<void>
}

export async function startDouble(settings: DoubleSettings): Promise<Double> {
  const log: SpokenUsage[] = []
  const seen = new Set<string>()
  const server = createServer((request, response) => {
    answer(request, response, settings, log, seen).catch((error: unknown) =>
      refuse(response, 400, String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    log,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  settings: DoubleSettings,
  log: SpokenUsage[],
  seen: Set<string>,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    refuse(response, 404, 'Only POST /v1/chat/completions is here.')
    return
  }
  const chat = readChat(JSON.parse(Buffer.concat(parts).toString()))
  const supervised = settings.supervises?.(chat) ?? null
  const acted = supervised === null ? act(chat, settings.profile, settings.seed) : null
  const spoken = supervised ?? spokenStep(acted!.step, chat.messages.length)
  const usage = {
    promptTokens: promptTokens(chat),
    cachedTokens: cachedOf(chat, settings.cachedFromTokens, seen),
    outputTokens: spoken.outputTokens,
  }
  log.push(usage)
  const extra = acted === null ? {} : { nearside: { confidence: acted.confidence } }
  if (chat.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(streamedAnswer(chat, spoken, usage, extra))
  } else {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(wholeAnswer(chat, spoken, usage, extra)))
  }
}

function cachedOf({ messages, toolText }: Chat, fromTokens: number, seen: Set<string>): number {
  let name = String(hashOf(toolText))
  let tokens = textTokens(toolText)
  let cached = 0
  for (const message of messages) {
    tokens += messageTokens(message)
    name = `${tokens}/${hashOf(name + identityOf([message]))}`
    if (seen.has(name)) cached = tokens
  }
  seen.add(name)
  return cached >= fromTokens ? cached : 0
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }))
}
