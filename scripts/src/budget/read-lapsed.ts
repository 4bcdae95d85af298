/** The holds of a tenant that lapsed and were never settled: money that still counts, until it is written off. */
import { checkTenant } from '@nearside/core'
import type { RedisLink } from '../redis-connection/redis-link.ts'
import { keysLike, readTime } from './read-books.ts'

export type LapsedHold = {
  readonly id: string
  readonly amount: number
  readonly reservedAt: number
  readonly lapsedAt: number
  readonly scopes: readonly string[]
}

export async function readLapsed(link: RedisLink, tenant: string): Promise<readonly LapsedHold[]> {
  checkTenant(tenant)
  const now = await readTime(link)
  const prefix = `{${tenant}}:r:`
  const lapsed: LapsedHold[] = []
  const keys = await keysLike(link, `${prefix}*`)
  for (const [i, text] of (await readTexts(link, keys)).entries()) {
    const [state, forgetAt, amount, , reservedAt, lapsedAt, , ...windows] = text.split(' ')
    if (state !== 'held' || Number(lapsedAt) > now || Number(forgetAt) <= now) continue
    // What is only limited holds no money.
    if (Number(amount) === 0 || scopesIn(windows).length === 0) continue
    lapsed.push({
      id: keys[i]?.slice(prefix.length) ?? '',
      amount: Number(amount),
      reservedAt: Number(reservedAt),
      lapsedAt: Number(lapsedAt),
      scopes: scopesIn(windows),
    })
  }
  return lapsed.sort((a, b) => a.lapsedAt - b.lapsedAt)
}

/** A word that begins with its sign names the limits that a hold counts under, and no money. */
function scopesIn(windows: readonly string[]): readonly string[] {
  return windows.filter((each) => !each.startsWith('>')).map((each) => each.slice(0, each.indexOf('>')))
}

/** In batches: a tenant may have as many records as it had calls in a quarter of an hour. */
async function readTexts(link: RedisLink, keys: readonly string[]): Promise<readonly string[]> {
  const texts: string[] = []
  for (let from = 0; from < keys.length; from += batch) {
    const asked = keys.slice(from, from + batch)
    const reply = await link.ask(['MGET', ...asked])
    // A record that has gone since is empty text.
    for (const i of asked.keys()) texts.push(String((Array.isArray(reply) ? reply[i] : null) ?? ''))
  }
  return texts
}

const batch = 500
