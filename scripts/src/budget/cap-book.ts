/** The caps that an operator keeps in Redis, by tenant: checked whole before anything is written. */
import { type CapTerms, capOf, checkTenant, NearsideError, utc } from '@nearside/core'
import { capsInRedis } from '@nearside/workers/redis'
import { changeField } from '../redis-connection/change-field.ts'
import type { RedisLink } from '../redis-connection/redis-link.ts'

/** `text` is what a change is compared with; null where none were set. */
export type KeptCaps = {
  readonly tenant: string
  readonly text: string | null
  readonly caps: readonly CapTerms[]
}

export async function capsOfTenant(link: RedisLink, tenant: string): Promise<KeptCaps> {
  checkTenant(tenant)
  const reply = await link.ask(['HGET', capsInRedis, tenant])
  if (reply === null) return { tenant, text: null, caps: [] }
  const text = String(reply)
  const list: unknown = JSON.parse(text)
  if (Array.isArray(list)) return { tenant, text, caps: list as readonly CapTerms[] }
  throw new NearsideError('store-failed', `What is kept as the caps of ${tenant} is no list.`)
}

export function writeCaps(link: RedisLink, kept: KeptCaps, caps: readonly CapTerms[]): Promise<void> {
  const after = caps.length === 0 ? null : JSON.stringify(caps)
  return changeField(link, { hash: capsInRedis, field: kept.tenant, before: kept.text, after })
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
