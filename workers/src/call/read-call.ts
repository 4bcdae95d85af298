/**
 * From an HTTP request to a `Call`, in the order that costs a stranger most and us least: may we look,
 * how large is it, is it JSON, is it a chat request, does it ask for something we have.
 */
import {
  type ChatRequest,
  hopHeader,
  type JsonValue,
  NearsideError,
  parseStrictJson,
  requestHeaders,
} from '@nearside/core'
import type { Context } from 'hono'
import type { Account } from '../options/options.ts'
import type { Options } from '../options/resolve-options.ts'
import type { Alarm } from './alarm.ts'
import type { Call } from './call.ts'
import { lookedThrough } from './looked-through.ts'
import { readBody } from './read-body.ts'
import { waitUntilOf } from './wait-until.ts'
import { readPriority, readPrivacyLevel, readWishes } from './wishes.ts'
import { withStay } from './with-stay.ts'

/** Reads a body as the chat request that it is, or means; it may have to look something up for that. */
export type ReadRequest = (body: JsonValue, account: Account) => ChatRequest | Promise<ChatRequest>

/** A gateway before a gateway is fine; more than this many in a row is a circle. */
const mostHops = 3

export async function readCall(
  c: Context,
  { id, at, account, alarm }: Pick<Call, 'id' | 'at' | 'account' | 'alarm'>,
  options: Options,
  read: ReadRequest,
): Promise<Call> {
  const header = (name: string): string | undefined => c.req.header(name)
  const hops = readHops(header(hopHeader))
  refuseToLook(header, account, options)

  const sessionId = options.strategies.length === 0 ? undefined : header(requestHeaders.sessionId)
  const request = await read(await readJson(c, at, alarm, options), account)
  const call: Call = {
    id,
    account,
    request,
    wishes: readWishes(header, account, request.model, options),
    at,
    alarm,
    clientGone: c.req.raw.signal,
    waitUntil: waitUntilOf(c),
    forwarded: {
      hops: hops + 1,
      trace: readTrace(header(requestHeaders.traceparent)),
      priority: readPriority(header),
    },
    taken: [],
    ...(sessionId === undefined ? {} : { sessionId }),
  }
  const looked = options.privacy === null ? call : lookedThrough(call, header, options.privacy)
  return options.sessions === null ? looked : withStay(looked, header, options.sessions, options)
}

async function readJson(c: Context, at: number, alarm: Alarm, options: Options): Promise<JsonValue> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new NearsideError('unsupported-media-type', 'Send the request as content-type: application/json.')
  }
  const limitMs = options.deadlines.bodyMs
  const bounds = { limitBytes: options.bodyLimitBytes, limitMs, endsAt: at + limitMs }
  const text = await readBody(c.req.raw, bounds, alarm)
  return parseStrictJson(text)
}

/** Where even the gateway's memory is too much, the body is never read. */
function refuseToLook(
  header: (name: string) => string | undefined,
  account: Account,
  options: Options,
): void {
  if (options.edgeMaySee || readPrivacyLevel(header, account) !== 'never-leave') return
  throw new NearsideError(
    'privacy-refused',
    'This gateway may not look into requests marked never-leave; send them to a gateway on your premises.',
  )
}

function readHops(given: string | undefined): number {
  const hops = given === undefined ? 0 : Number(given)
  if (Number.isInteger(hops) && hops >= 0 && hops < mostHops) return hops
  throw new NearsideError(
    'loop-detected',
    'This request has come through too many gateways: they lead in a circle.',
  )
}

/** Only a well-formed trace travels on: the header is the one text of a caller's that an upstream sees. */
function readTrace(given: string | undefined): string | null {
  return given !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given)
    ? given
    : null
}
