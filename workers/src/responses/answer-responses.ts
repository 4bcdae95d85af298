/**
 * `POST /v1/responses`: the chat path with another reading at its start and another writing at its end.
 *
 * Between the two nothing knows of it, so whatever holds of a chat request (privacy, caps, plan, fallback, records, repeats)
 * holds here. What is kept for a next turn is kept before the last event: a caller may use the id as soon as he has it.
 */
import { inResponsesWords, type JsonArray, type ResponseTerms, responseHeaders } from '@nearside/core'
import type { Context } from 'hono'
import type { ReadRequest } from '../call/read-call.ts'
import { waitUntilOf } from '../call/wait-until.ts'
import type { KeptResponses } from '../conversation/kept-responses.ts'
import type { Desk } from '../desk/desk.ts'
import { readTurn, type Turn } from './read-turn.ts'
import { tellStream, tellWhole } from './tell-response.ts'

/** Answers a chat request, whoever reads it. */
export type AnswerChat = (c: Context, id: string, desk: Desk, read: ReadRequest) => Promise<Response>

export function answerResponses(
  answerChat: AnswerChat,
): (c: Context, id: string, desk: Desk) => Promise<Response> {
  return async (c, id, desk) => {
    const { kept, options } = desk
    const at = options.now()
    let turn: Turn | null = null
    const read: ReadRequest = async (body, account) => {
      turn = await readTurn(c, kept, body, account)
      return turn.request
    }
    const answer = await answerChat(c, id, desk, read).catch((error: unknown) => {
      // What was refused while it was read is in those words, and `messages` may be a field that it should not have.
      throw turn === null ? error : inResponsesWords(error)
    })
    return turn === null ? answer : told(c, answer, turn, at, mayBeKept(turn, desk) ? kept : null)
  }
}

/** Asked of what was found too. What is kept carries the level that was told: a next turn is looked through with all before it. */
function mayBeKept(
  { request, account, privacy }: Turn,
  { kept, options: { privacy: guard } }: Desk,
): boolean {
  if (kept === null || guard === null) return kept?.mayKeep(privacy) === true
  const voices = { account: account.privacy ?? null, header: privacy.level }
  const { level, confined } = guard.inspect(request, account.tenant, voices)
  return kept.mayKeep({ ...privacy, level, confined: confined !== null })
}

async function told(
  c: Context,
  answer: Response,
  { asked, history, account, privacy }: Turn,
  at: number,
  kept: KeptResponses | null,
): Promise<Response> {
  if (!answer.ok || answer.body === null) return answer
  const decision = answer.headers.get(responseHeaders.decision) ?? ''
  const keeps = asked.store ? kept : null
  const terms: ResponseTerms = {
    id: `resp_${decision}`,
    createdSeconds: Math.floor(at / 1_000),
    model: answer.headers.get(responseHeaders.model) ?? '',
    echo: asked.echo,
    store: keeps !== null,
  }
  const telling = {
    terms,
    decision,
    async keep(response: Parameters<KeptResponses['save']>[2]['response']): Promise<boolean> {
      if (keeps === null) return false
      const items = [...history, ...asked.input, ...(response.output as JsonArray)]
      return keeps.save(account.tenant, terms.id, { response, items, level: privacy.level })
    },
    waitUntil: waitUntilOf(c),
  }
  const isStream = /^text\/event-stream/i.test(answer.headers.get('content-type') ?? '')
  const body = isStream ? tellStream(answer.body, telling) : await tellWhole(answer, telling)
  const response = new Response(body, answer)
  for (const field of asked.ignored) response.headers.append(responseHeaders.ignored, field)
  return response
}
