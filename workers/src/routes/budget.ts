/** What the caller's own account has spent and has left, under each of its caps. */
import { formatUsd, responseHeaders } from '@nearside/core'
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import { waitUntilOf } from '../call/wait-until.ts'
import type { Desk } from '../desk/desk.ts'

export async function showBudget(
  c: Context,
  id: string,
  { options, ledger, capsOf }: Desk,
): Promise<Response> {
  const account = await authenticate(c, options)
  const caps = await capsOf(account, null, waitUntilOf(c))
  const balances = ledger === null || caps.length === 0 ? [] : await ledger.read(account.tenant, caps)
  const shown = balances.map((balance) => ({
    scope: balance.scope,
    window: balance.window,
    kind: balance.kind,
    limit: formatUsd(balance.limit),
    settled: formatUsd(balance.settled),
    reserved: formatUsd(balance.reserved),
    expired: formatUsd(balance.expired),
    overrun: formatUsd(balance.overrun),
    remaining: formatUsd(balance.remaining),
    calls: balance.charges,
    resets_at: balance.resetsAt === null ? null : new Date(balance.resetsAt).toISOString(),
  }))
  return Response.json(
    { object: 'nearside.budget', account: account.tenant, caps: shown },
    { headers: { [responseHeaders.requestId]: id } },
  )
}
