/** Reads a Responses request with what it carries on: the turns before, and the items that it refers to. */
import {
  type ChatRequest,
  chatRequestOf,
  type JsonArray,
  type JsonValue,
  NearsideError,
  type Privacy,
  type ResponsesRequest,
  readResponsesRequest,
} from '@nearside/core'
import type { Context } from 'hono'
import { readPrivacyLevel } from '../call/wishes.ts'
import type { KeptResponses } from '../conversation/kept-responses.ts'
import type { Account } from '../options/options.ts'
import { type Asker, withItems } from './with-items.ts'

/** What was understood of a request. */
export type Turn = {
  readonly asked: ResponsesRequest
  readonly history: JsonArray
  readonly account: Account
  readonly privacy: Privacy
  /** The chat request that means the same. */
  readonly request: ChatRequest
}

export async function readTurn(
  c: Context,
  kept: KeptResponses | null,
  body: JsonValue,
  account: Account,
): Promise<Turn> {
  const level = readPrivacyLevel((name) => c.req.header(name), account)
  const privacy: Privacy = { level, providers: account.providers ?? [] }
  const asker: Asker = { kept, tenant: account.tenant, privacy }
  const given = readResponsesRequest(body)
  const asked = { ...given, input: await withItems(given.input, asker) }
  const history = await historyOf(asked, asker)
  return { asked, history, account, privacy, request: chatRequestOf(asked, history) }
}

async function historyOf(
  { previousResponseId }: ResponsesRequest,
  { kept, tenant, privacy }: Asker,
): Promise<JsonArray> {
  if (previousResponseId === null) return []
  if (kept !== null)
    return (await kept.carriedOn(tenant, previousResponseId, privacy, 'previous_response_id')).items
  throw new NearsideError(
    'bad-request',
    'previous_response_id must be left out: this gateway keeps no responses; send the whole conversation as input.',
    { param: 'previous_response_id' },
  )
}
