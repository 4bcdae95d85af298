/** A call with what its conversation brings: the session that it is in, and who made the tool calls that are open. */
import { requestHeaders } from '@nearside/core'
import type { Options } from '../options/resolve-options.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Call } from './call.ts'
import type { HeaderReader } from './wishes.ts'

export async function withStay(
  call: Call,
  header: HeaderReader,
  sessions: Sessions,
  { policyHash, targets }: Pick<Options, 'policyHash' | 'targets'>,
): Promise<Call> {
  const { account, request, wishes } = call
  const session = await sessions.presented(account.tenant, header(requestHeaders.session), {
    policyHash,
    now: call.at,
  })
  const near = targets.filter(({ tier }) => tier === 'local')
  const toolCalls = sessions.makerOf(account.tenant, request.messages, near)
  if (!session.held && toolCalls === undefined) return { ...call, session }
  const stay = {
    ...(session.held ? { session: session.pin } : {}),
    ...(toolCalls === undefined ? {} : { toolCalls }),
  }
  return { ...call, session, wishes: { ...wishes, stay } }
}
