/** What may be asked for: the router, the tiers that are here, each model by name, and the aliases. */
import { isOpenTo, responseHeaders, type TierName, tierNames } from '@nearside/core'
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import type { Desk } from '../desk/desk.ts'

type Listed = {
  readonly id: string
  readonly nearside: { readonly tier: TierName | null; readonly contextTokens: number | null }
}

export async function listModels(c: Context, id: string, { options }: Desk): Promise<Response> {
  const { mayUse = {} } = await authenticate(c, options)
  const targets = options.targets.filter((target) => isOpenTo(mayUse, target))
  const present = (name: TierName): boolean => targets.some(({ tier }) => tier === name)
  const listed: readonly Listed[] = [
    { id: 'auto', nearside: { tier: null, contextTokens: null } },
    ...tierNames.filter(present).map((tier) => ({ id: tier, nearside: { tier, contextTokens: null } })),
    ...targets
      .filter(({ tier }) => tier !== 'edge')
      .map(({ model, tier, contextTokens }) => ({ id: model, nearside: { tier, contextTokens } })),
    ...[...options.aliases.keys()].map((alias) => ({
      id: alias,
      nearside: { tier: null, contextTokens: null },
    })),
  ]
  // Two upstreams may offer one model; a name is listed once.
  const byId = new Map(listed.toReversed().map((model) => [model.id, model]))
  const data = [...byId.values()]
    .toReversed()
    .map((model) => ({ ...model, object: 'model', created: 0, owned_by: 'nearside' }))
  return Response.json({ object: 'list', data }, { headers: { [responseHeaders.requestId]: id } })
}
