/** The caps that an operator keeps in Redis, by tenant: checked whole before anything is written. */
import { type CapTerms, capOf, checkTenant, NearsideError, utc } from '@nearside/core'
import { capsInRedis } from '@nearside/workers/redis'
import type { RedisLink } from '../redis-connection/redis-link.ts'

export async function capsOfTenant(link: RedisLink, tenant: string): Promise<readonly CapTerms[]> {
  checkTenant(tenant)
  const text = await link.ask(['HGET', capsInRedis, tenant])
  if (text === null) return []
  const list: unknown = JSON.parse(String(text))
  if (Array.isArray(list)) return list as readonly CapTerms[]
  throw new NearsideError('store-failed', `What is kept as the caps of ${tenant} is no list.`)
}

export async function writeCaps(link: RedisLink, tenant: string, caps: readonly CapTerms[]): Promise<void> {
  if (caps.length === 0) await link.ask(['HDEL', capsInRedis, tenant])
  else await link.ask(['HSET', capsInRedis, tenant, JSON.stringify(caps)])
}

/** Those given stand in the place of others of the same scope, window and kind. */
export function withCaps(before: readonly CapTerms[], given: readonly CapTerms[]): readonly CapTerms[] {
  const isReplaced = (cap: CapTerms): boolean => given.some((other) => nameOf(other) === nameOf(cap))
  return [...before.filter((cap) => !isReplaced(cap)), ...given].toSorted((one, other) =>
    nameOf(one).localeCompare(nameOf(other)),
  )
}

function nameOf({ scope, window, kind = 'hard' }: CapTerms): string {
  return `${scope} ${window} ${kind}`
}

/** As a gateway would check it; a time zone is looked up by its name. */
export function checkTerms(terms: CapTerms, path: string): void {
  capOf(terms, utc, path)
  try {
    new Intl.DateTimeFormat('en', { timeZone: terms.timeZone ?? 'UTC' })
  } catch {
    throw new NearsideError(
      'bad-options',
      `${path}.timeZone is the name of a time zone, such as Europe/Berlin.`,
    )
  }
}
