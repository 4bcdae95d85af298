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
  for (const key of await keysLike(link, `${prefix}*`)) {
    const [state, forgetAt, amount, , reservedAt, lapsedAt, , ...windows] = String(
      (await link.ask(['GET', key])) ?? '',
    ).split(' ')
    if (state !== 'held' || Number(lapsedAt) > now || Number(forgetAt) <= now) continue
    lapsed.push({
      id: key.slice(prefix.length),
      amount: Number(amount),
      reservedAt: Number(reservedAt),
      lapsedAt: Number(lapsedAt),
      scopes: windows.map((each) => each.slice(0, each.indexOf('>'))),
    })
  }
  return lapsed.sort((a, b) => a.lapsedAt - b.lapsedAt)
}
