/**
 * How much of what costs nothing a tenant may ask for, where the operator bound a limiter: Cloudflare's, which is near
 * and about right, and needs no store. Elsewhere the nodes' own fair queues do it alone.
 *
 * A request is counted once, when it first asks for something without a price. A limiter that fails lets it pass: it
 * keeps neighbours apart and no money. A request that may not be told of at Cloudflare is not counted there.
 */
import { mayGo, NearsideError, type Privacy } from '@nearside/core'
import type { Options } from '../options/resolve-options.ts'

export type UnpricedLimit = { denial(): Promise<NearsideError | null> }

export function openUnpricedLimit(
  binding: Options['unpricedLimit'],
  tenant: string,
  privacy: Privacy,
): UnpricedLimit {
  let asked: Promise<NearsideError | null> | null = null
  return {
    denial() {
      asked ??= binding === null || !mayGo(privacy, 'provider:cloudflare') ? passed : ask(binding, tenant)
      return asked
    },
  }
}

const passed: Promise<null> = Promise.resolve(null)

async function ask(
  binding: NonNullable<Options['unpricedLimit']>,
  tenant: string,
): Promise<NearsideError | null> {
  const success = await binding.limit({ key: tenant }).then(
    (outcome) => outcome.success,
    () => true,
  )
  if (success) return null
  return new NearsideError(
    'requests-limited',
    'Limit of requests that cost nothing reached. Ask again soon.',
    {
      retryAfterMs: shortestPeriodMs,
    },
  )
}

/** The binding does not say when it passes again; its periods are ten seconds or sixty. */
const shortestPeriodMs = 10_000
