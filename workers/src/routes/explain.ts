/** What would happen to a request of a chat or of Responses and why, without doing it. */
import {
  type DomainTable,
  type JsonValue,
  observe,
  readChatRequest,
  requestHeaders,
  responseHeaders,
} from '@nearside/core'
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import { type Alarm, openAlarm } from '../call/alarm.ts'
import { readCall } from '../call/read-call.ts'
import { decideNow } from '../desk/decide-now.ts'
import type { Desk } from '../desk/desk.ts'
import { judgedLater } from '../desk/judged-later.ts'
import { askEdge } from '../edge/answerer.ts'
import { reportOf } from '../privacy/privacy-report.ts'
import { withRedaction } from '../privacy/with-redaction.ts'
import { readTurn } from '../responses/read-turn.ts'

export async function explain(c: Context, id: string, desk: Desk): Promise<Response> {
  const alarm = openAlarm(desk.options.now)
  try {
    return await explained(c, id, desk, alarm)
  } finally {
    alarm.clear()
  }
}

async function explained(c: Context, id: string, desk: Desk, alarm: Alarm): Promise<Response> {
  const { options } = desk
  const at = options.now()
  const account = await authenticate(c, options)
  const call = await readCall(c, { id, at, account, alarm }, options, async (body) =>
    isResponses(body) ? (await readTurn(c, desk.kept, body, account)).request : readChatRequest(body),
  )
  const offer = askEdge(call.request, options.answerers, call)
  const { judge } = options
  const difficulty = judge === null ? options.difficulty : await judgedLater(call, offer !== null, desk)
  const signals = withRedaction(observe(call.request, offer, difficulty), call.inspection)
  const { plan, field, policy, policyHash, traffic, budget } = decideNow(signals, call, desk)
  const targets = field.map(
    ({ name, tier, zone, model, standing, firstTokenMs, version, expectedWaitMs, lot }) => ({
      name,
      tier,
      // A zone may be named by the address of a host, which is the operator's own.
      zone: zone.split(':', 1)[0],
      model,
      standing,
      firstTokenMs,
      version,
      expectedWaitMs,
      lot,
    }),
  )
  return Response.json(
    {
      object: 'nearside.route',
      plan,
      signals,
      wishes: call.wishes,
      ...unknownHeaders(c.req.raw.headers),
      ...(call.session === undefined ? {} : { session: call.session.held ? 'held' : call.session.state }),
      ...(call.inspection === undefined ? {} : { privacy: reportOf(call.inspection) }),
      // A table of thousands of clusters is named by the hash, and would drown the rest.
      policy: {
        ...policy,
        domain: policy.domain === null ? null : { ...policy.domain, table: shapeOf(policy.domain.table) },
      },
      policyHash,
      traffic,
      budget,
      targets,
    },
    { headers: { [responseHeaders.requestId]: id } },
  )
}

function shapeOf({ measuredOn, by, bands, plans, clusters }: DomainTable) {
  return { measuredOn, by, bands, plans, clusters: clusters.length }
}

/**
 * Headers of ours that nobody reads. A misspelt `x-nearside-privacy` protects nothing, and a chat request passes it over:
 * to look through all headers would cost each one time. Here there is time.
 */
function unknownHeaders(headers: Headers): { readonly unknownHeaders?: readonly string[] } {
  const known: readonly string[] = Object.values(requestHeaders)
  const found = [...headers.keys()].filter(
    (name) => /^x-nearside-[a-z-]{1,40}$/.test(name) && !known.includes(name),
  )
  return found.length === 0 ? {} : { unknownHeaders: found }
}

function isResponses(body: JsonValue): boolean {
  return typeof body === 'object' && body !== null && 'input' in body && !('messages' in body)
}
