/** Where idempotency meets the request path: a call without a key, or at a gateway that keeps none, goes straight on. */
import { NearsideError, requestHeaders } from '@nearside/core'
import type { Context } from 'hono'
import type { Call } from '../call/call.ts'
import { bareRecord } from '../record/bare-record.ts'
import type { RequestRecord } from '../record/record.ts'
import type { Replays } from './open-replays.ts'

type Desk = { readonly replays: Replays | null; readonly options: { readonly now: () => number } }

export function once(
  c: Context,
  call: Call,
  { replays, options }: Desk,
  tell: (record: RequestRecord) => void,
  serve: () => Promise<Response>,
): Promise<Response> {
  const key = replays === null ? undefined : c.req.header(requestHeaders.idempotencyKey)
  if (replays === null || key === undefined) return serve()
  return keyed(replays, call, key, options.now, tell, serve)
}

async function keyed(
  replays: Replays,
  call: Call,
  key: string,
  now: () => number,
  tell: (record: RequestRecord) => void,
  serve: () => Promise<Response>,
): Promise<Response> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new NearsideError(
      'bad-request',
      'The header idempotency-key is 1 to 255 visible ASCII characters.',
      {
        param: requestHeaders.idempotencyKey,
      },
    )
  }
  const { response, replayOf } = await replays.once(call, key, serve)
  if (replayOf !== null) {
    call.alarm.clear()
    tell(replayRecord(call, replayOf, now()))
  }
  return response
}

/** Nothing was decided, asked or charged: that was the first request's. */
function replayRecord(call: Call, replayOf: string, now: number): RequestRecord {
  return {
    ...bareRecord,
    id: call.id,
    tenant: call.account.tenant,
    at: call.at,
    durationMs: now - call.at,
    stream: call.request.stream,
    wishes: call.wishes,
    outcome: 'answered',
    overheadMs: now - call.at,
    replayOf,
  }
}
