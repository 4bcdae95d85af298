/**
 * The middleware: one request, one direction, read from top to bottom.
 *
 * Each line of `answerChat` hands its value to the next; details are one click away and never call back up.
 */
import { faultOf, observe, readChatRequest } from '@nearside/core'
import type { Context, Env, MiddlewareHandler } from 'hono'
import { authenticate } from './call/account.ts'
import type { Call } from './call/call.ts'
import { type ReadRequest, readCall } from './call/read-call.ts'
import { placeNow } from './desk/decide-now.ts'
import type { Desk } from './desk/desk.ts'
import { deskOf, type OptionsFor, type Wording } from './desk/desk-of.ts'
import { judgedLater } from './desk/judged-later.ts'
import { keptFirst } from './desk/kept-first.ts'
import { recordTo, type Tell } from './desk/record-to.ts'
import type { EdgeOffer } from './edge/answerer.ts'
import { once } from './idempotency/once.ts'
import { letIn } from './privacy/let-in.ts'
import { withRedaction } from './privacy/with-redaction.ts'
import { openPurse } from './purse/purse.ts'
import { respond } from './respond/respond.ts'
import { type Known, nothingKnown, refusedRecord } from './respond/settlement.ts'
import { routed } from './routes/routed.ts'
import { labelled } from './run/labelled.ts'
import { runPlan } from './run/run-plan.ts'

/**
 * Serves OpenAI's chat API from the nearest place that can answer well.
 *
 * An object is checked at once and throws where it is wrong. A function is called once, with the first request's context, and
 * sees its bindings; what is wrong then answers every request with `bad_options`. `told` may put that into words of the host's.
 *
 * @example
 * app.use('/v1/*', nearside({ account: (c) => ({ tenant: c.get('team') }), frontier: { url, key, models } }))
 */
export function nearside<E extends Env = Env>(given: OptionsFor<E>, told?: Wording): MiddlewareHandler<E> {
  return routed(answerChat, deskOf(given, told))
}

async function answerChat(
  c: Context,
  id: string,
  desk: Desk,
  read: ReadRequest = readChatRequest,
): Promise<Response> {
  const { options } = desk
  const tell = recordTo(c, desk)
  const known = nothingKnown(id, options.now)
  try {
    const account = await authenticate(c, options)
    known.tenant = account.tenant
    const call = await readCall(c, { ...known, account }, options, read)
    if (call.inspection !== undefined) letIn(call.inspection, known)
    const serve = (offer: EdgeOffer | null) => serveCall(call, offer, known, { desk, tell })
    return await once(c, call, desk, tell, () => keptFirst(c, call, desk, tell, known, serve))
  } catch (error) {
    known.alarm.clear()
    tell(refusedRecord(known, faultOf(error), desk))
    throw error
  }
}

type At = { readonly desk: Desk; readonly tell: Tell }

async function serveCall(call: Call, offer: EdgeOffer | null, known: Known, { desk, tell }: At) {
  const { judge, difficulty: atOnce } = desk.options
  const difficulty = judge === null ? atOnce : await judgedLater(call, offer !== null, desk)
  const signals = withRedaction(observe(call.request, offer, difficulty), call.inspection)
  const decision = placeNow(signals, call, desk)
  const purse = openPurse(call, signals, desk)
  known.story = { call, signals, purse, ...decision }
  try {
    const served = await runPlan(call, decision.plan, offer, purse, desk)
    desk.traffic.served(decision, served.step)
    return await respond(known.story, labelled(known.story, served, desk), desk, tell)
  } finally {
    desk.lookAround(call.waitUntil)
  }
}
