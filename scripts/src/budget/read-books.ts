/**
 * What the books of a tenant say, for an operator who knows no caps: every scope with the windows that still run.
 *
 * A scope's sums and its leases are read in one script, so that a hold which lapsed but was not swept yet is counted
 * as expired, as the next reserve would count it, and never twice.
 */
import { type CapWindow, capWindows, checkTenant, defaultBookTerms, NearsideError } from '@nearside/core'
import type { RedisLink, RedisValue } from '../redis-connection/redis-link.ts'

export type WindowSums = {
  readonly scope: string
  readonly window: CapWindow
  readonly settled: number
  readonly held: number
  readonly expired: number
  readonly overrun: number
  readonly charges: number
  /** Null for what never resets. */
  readonly resetsAt: number | null
}

export async function readBooks(link: RedisLink, tenant: string): Promise<readonly WindowSums[]> {
  checkTenant(tenant)
  const now = await readTime(link)
  const prefix = `{${tenant}}:b:`
  const keys = await keysLike(link, `${prefix}*`)
  const scopes = keys.map((key) => key.slice(prefix.length)).sort()
  const books: WindowSums[] = []
  for (const scope of scopes) {
    const text = `${link.upstash ? '#!lua flags=allow-key-locking\n' : ''}${script}`
    const reply = await link.eval(text, [`${prefix}${scope}`, `{${tenant}}:l:${scope}`], [String(now)])
    books.push(...windowsOf(scope, reply, now))
  }
  return books
}

/** The store's own clock: the one that its windows go by. */
export async function readTime(link: RedisLink): Promise<number> {
  const reply = await link.ask(['TIME'])
  const [seconds, micros] = words(reply)
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)
}

export async function keysLike(link: RedisLink, pattern: string): Promise<readonly string[]> {
  const found = new Set<string>()
  let cursor = '0'
  do {
    const reply = await link.ask(['SCAN', cursor, 'MATCH', pattern, 'COUNT', 1_000])
    if (!Array.isArray(reply)) throw strange()
    cursor = String(reply[0])
    for (const key of words(reply[1])) found.add(key)
  } while (cursor !== '0')
  return [...found]
}

const script = `return { redis.call('HGETALL', KEYS[1]), redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1]) }`

function windowsOf(scope: string, reply: unknown, now: number): readonly WindowSums[] {
  if (!Array.isArray(reply)) throw strange()
  const rows = words(reply[0])
  const lapsed = lapsedByField(words(reply[1]))
  const windows: WindowSums[] = []
  for (let i = 0; i < rows.length; i += 2) {
    const field = rows[i] ?? ''
    const window = capWindows.find((each) => field.startsWith(each[0] ?? '-'))
    if (field === 'next' || window === undefined) continue
    const numbers = (rows[i + 1] ?? '').split(' ').map(Number)
    const [settled, reserved, expired, overrun, charges, forgetAt] = numbers
    if (numbers.length !== 6 || !numbers.every(Number.isSafeInteger)) throw strange()
    const resetsAt = forgetAt === 0 ? null : Number(forgetAt) - defaultBookTerms.pastWindowMs
    if (resetsAt !== null && resetsAt <= now) continue
    const moved = lapsed.get(field) ?? 0
    windows.push({
      scope,
      window,
      settled: Number(settled),
      held: Number(reserved) - moved,
      expired: Number(expired) + moved,
      overrun: Number(overrun),
      charges: Number(charges),
      resetsAt,
    })
  }
  return windows.sort((a, b) => capWindows.indexOf(a.window) - capWindows.indexOf(b.window))
}

function lapsedByField(members: readonly string[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const member of members) {
    const [, amount, fields] = member.split('>')
    for (const field of fields?.split(',') ?? []) sums.set(field, (sums.get(field) ?? 0) + Number(amount))
  }
  return sums
}

function words(value: RedisValue | undefined): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    return value as readonly string[]
  throw strange()
}

function strange(): NearsideError {
  return new NearsideError(
    'store-failed',
    'The store holds something under the tenant that is not the ledger.',
  )
}
