/** What may be asked for with this key: the router, the tiers that are here, each model by name, and the aliases. */
import { isOpenTo, type MayUse, NearsideError, responseHeaders, type Target, tierNames } from '@nearside/core'
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import type { Desk } from '../desk/desk.ts'
import type { Options } from '../options/resolve-options.ts'

type Listed = {
  readonly id: string
  readonly nearside: {
    readonly kind: 'chat' | 'embedding'
    /** Null where the router chooses. */
    readonly tier: Target['tier'] | null
    /** The longest conversation, or input, in tokens; null at the edge, which reads as much as a body may hold. */
    readonly contextTokens: number | null
  }
}

export async function listModels(c: Context, id: string, { options }: Desk): Promise<Response> {
  const { mayUse = {} } = await authenticate(c, options)
  const data = [...modelsFor(mayUse, options).values()].map(asModel)
  return Response.json({ object: 'list', data }, { headers: { [responseHeaders.requestId]: id } })
}

/** One model. That a key may not use it and that nobody has it are told alike: a key sees what it may ask for. */
export async function showModel(c: Context, id: string, { options }: Desk): Promise<Response> {
  const { mayUse = {} } = await authenticate(c, options)
  const model = modelsFor(mayUse, options).get(nameIn(c.req.path))
  if (model === undefined) {
    throw new NearsideError('unknown-model', 'This model is not served here; GET /v1/models lists what is.', {
      param: 'model',
    })
  }
  return Response.json(asModel(model), { headers: { [responseHeaders.requestId]: id } })
}

function asModel(model: Listed) {
  return { ...model, object: 'model', created: 0, owned_by: 'nearside' }
}

/** A name may have a slash in it, and clients write it both ways. */
function nameIn(path: string): string {
  const written = path.slice(path.lastIndexOf('/v1/models/') + '/v1/models/'.length)
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}

/** By their names: two upstreams may offer one model, and the first of them is whom it is asked of. */
function modelsFor(mayUse: MayUse, options: Options): ReadonlyMap<string, Listed> {
  const open = (targets: readonly Target[]): readonly Target[] =>
    targets.filter((target) => isOpenTo(mayUse, target))
  const targets = open(options.targets)
  const models = targets.filter(({ tier }) => tier !== 'edge')
  const routed = models.filter(({ byNameOnly }) => !byNameOnly)
  const listed = new Map<string, Listed>()
  const list = (id: string, nearside: Listed['nearside']): void => {
    if (!listed.has(id)) listed.set(id, { id, nearside })
  }

  if (targets.length > 0) list('auto', { kind: 'chat', tier: null, contextTokens: longest(routed) })
  for (const tier of tierNames) {
    if (!targets.some((target) => target.tier === tier)) continue
    const contextTokens = longest(routed.filter((target) => target.tier === tier))
    list(tier, { kind: 'chat', tier, contextTokens })
  }
  for (const { model, tier, contextTokens } of models) list(model, { kind: 'chat', tier, contextTokens })
  for (const { model, tier, contextTokens } of open(options.embedders)) {
    list(model, { kind: 'embedding', tier, contextTokens })
  }
  for (const [alias, meaning] of options.aliases) {
    const meant = listed.get(meaning)
    if (meant !== undefined) list(alias, meant.nearside)
  }
  return listed
}

function longest(targets: readonly Target[]): number | null {
  return targets.length === 0 ? null : Math.max(...targets.map(({ contextTokens }) => contextTokens))
}
