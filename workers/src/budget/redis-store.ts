/**
 * Budgets in Redis, shared by every isolate and every process: each verb is one script, one round trip, atomic.
 *
 * Redis is spoken to by Upstash's REST protocol, as a Worker must; `nearside redis-bridge` speaks it for a plain
 * Redis. The time is Redis' own. Whatever goes wrong is `store-failed` without the command's words: errors of the client
 * carry keys and values. Nothing is repeated here: whoever calls has the deadline and may ask again, every verb being
 * idempotent by the hold's id.
 */
import {
  type BookTerms,
  type Cap,
  checkHold,
  checkLease,
  checkMoney,
  checkTenant,
  checkTokens,
  defaultBookTerms,
  type Hold,
  NearsideError,
} from '@nearside/core'
import type { BudgetStore } from './budget-store.ts'
import { openHeardCaps } from './heard-caps.ts'
import {
  ReplyFault,
  readBalanceList,
  readRelease,
  readRenewal,
  readReservation,
  readSettlement,
  readWords,
  readWriteOff,
  type Words,
} from './redis-replies.ts'
import { type RedisScripts, upstashScripts } from './redis-scripts.ts'
import { type ScriptName, scriptOf, upstashFlag } from './scripts.ts'

export type RedisBudgetOptions = {
  /** The REST address and token, as Upstash or `nearside redis-bridge` gives them. */
  readonly url: string
  readonly token: string
  /** A client of the host's own instead. It must repeat nothing and have a deadline. */
  readonly client: RedisScripts
  /** Whether scripts begin with Upstash's flag, which Redis itself refuses. @default true */
  readonly upstash: boolean
  /** The longest one round trip may take. @default 2000 */
  readonly timeoutMs: number
  /** @default defaultBookTerms */
  readonly terms: Partial<BookTerms>
  /** Milliseconds since the epoch, for tests. @default null, which is Redis' own clock */
  readonly now: (() => number) | null
}

type Settings = Omit<RedisBudgetOptions, 'url' | 'token' | 'client'>
type Given = Partial<Settings> &
  (Pick<RedisBudgetOptions, 'url' | 'token'> | Pick<RedisBudgetOptions, 'client'>)

export function redisBudgetStore(given: Given): BudgetStore {
  const { upstash = true, timeoutMs = 2_000, now = null } = given
  const terms: BookTerms = { ...defaultBookTerms, ...given.terms }
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1) {
    throw new NearsideError('bad-options', `timeoutMs is whole milliseconds from 1, but was ${timeoutMs}`, {
      param: 'timeoutMs',
    })
  }
  const redis = 'client' in given ? given.client : upstashScripts(given.url, given.token, timeoutMs)
  const scripts = openScripts(redis, upstash ? upstashFlag : '')

  async function run(name: ScriptName, asked: Asked, args: readonly (string | number)[]): Promise<Words> {
    const time = now === null ? '' : now()
    const { tombstoneMs, expiredMs, pastWindowMs, sweepBatch } = terms
    const head = [time, tombstoneMs, expiredMs, pastWindowMs, sweepBatch, ...capArguments(asked)]
    return readWords(await scripts(name, keysOf(asked), [...head, ...args].map(String)))
  }

  function asked<Outcome>(
    name: ScriptName,
    hold: Hold,
    args: readonly (string | number)[],
    read: (words: Words) => Outcome,
  ): Promise<Outcome> {
    return answered(async () => {
      const scopes = scopesOf(hold.caps)
      const own = [hold.id, ...args]
      const limitScope = hold.limitedBy?.limits.scope ?? null
      const words = await run(name, { ...hold, scopes, limitScope }, own)
      if (words[0] !== 'elsewhere') return read(words)
      // Reserved with other caps than it is handed over with now, such as by an operator who has changed them since.
      const named = words.slice(1)
      const all = [...new Set([...scopes, ...named.filter((word) => !word.startsWith('>'))])]
      const counted = named.find((word) => word.startsWith('>'))?.slice(1) ?? null
      return read(await run(name, { ...hold, scopes: all, limitScope: counted }, own))
    })
  }

  return {
    async reserve(hold) {
      checkHold(hold)
      return asked('reserve', hold, [hold.amount, hold.leaseMs, limitWords(hold)], (words) =>
        readReservation(words, hold),
      )
    },
    async settle(hold, actual, usedTokens = null) {
      checkHold(hold)
      checkMoney(actual, 'actual')
      if (usedTokens !== null) checkTokens(usedTokens, 'usedTokens')
      return asked('settle', hold, [actual, usedTokens ?? '-'], readSettlement)
    },
    async release(hold) {
      checkHold(hold)
      return asked('release', hold, [], readRelease)
    },
    async renew(hold, leaseMs) {
      checkHold(hold)
      checkLease(leaseMs)
      return asked('renew', hold, [leaseMs], readRenewal)
    },
    async read(tenant, caps) {
      checkTenant(tenant)
      if (caps.length === 0) return []
      const all = { tenant, id: null, caps, scopes: scopesOf(caps), limitScope: null }
      return answered(async () => readBalanceList(await run('read', all, []), caps))
    },
    async writeOff(hold) {
      checkHold(hold)
      return asked('writeOff', hold, [], readWriteOff)
    },
    openHeard: openHeardCaps,
  }
}

type Asked = {
  readonly tenant: string
  readonly id: string | null
  readonly caps: readonly Cap[]
  readonly scopes: readonly string[]
  /** Whose limits the hold is counted under; null where none. */
  readonly limitScope: string | null
}

function scopesOf(caps: readonly Cap[]): readonly string[] {
  return [...new Set(caps.map(({ scope }) => scope))]
}

function keysOf({ tenant, id, scopes, limitScope }: Asked): string[] {
  const keys = scopes.flatMap((scope) => [`{${tenant}}:b:${scope}`, `{${tenant}}:l:${scope}`])
  if (limitScope !== null) keys.push(`{${tenant}}:q:${limitScope}`, `{${tenant}}:o:${limitScope}`)
  return id === null ? keys : [...keys, `{${tenant}}:r:${id}`]
}

/** The tokens at most, then the limits; a dash where there is none. */
function limitWords({ limitedBy }: Hold): string {
  if (limitedBy === undefined) return ''
  const { requestsPerMinute, tokensPerMinute, concurrent } = limitedBy.limits
  return [limitedBy.tokens, requestsPerMinute, tokensPerMinute, concurrent]
    .map((each) => each ?? '-')
    .join('|')
}

/** The time zones, each once, and the caps, which name scope and zone by their place; one word for each. */
function capArguments({ caps, scopes }: Asked): readonly (string | number)[] {
  const zones = [...new Set(caps.map(({ zone }) => zone))]
  return [
    zones.length,
    ...zones.map((zone) => zone.map(({ since, offsetMs }) => `${since}:${offsetMs}`).join(' ')),
    caps.length,
    ...caps.map(({ scope, window, limit, kind, countsExpired, zone }) => {
      const counts = countsExpired ? 'all' : 'open'
      return `${scopes.indexOf(scope) + 1} ${window} ${limit} ${kind} ${counts} ${zones.indexOf(zone) + 1}`
    }),
  ]
}

type RunScript = (name: ScriptName, keys: string[], args: string[]) => Promise<unknown>

type Script = { readonly text: string; readonly digest: Promise<string> }

/** Scripts go by their digest; a Redis that has not seen one yet, or has been restarted, is given its text. */
function openScripts(redis: RedisScripts, flag: string): RunScript {
  const made = new Map<ScriptName, Script>()

  function scriptNamed(name: ScriptName): Script {
    const known = made.get(name)
    if (known !== undefined) return known
    const text = `${flag}${scriptOf(name)}`
    const script = { text, digest: sha1(text) }
    made.set(name, script)
    return script
  }

  return async (name, keys, args) => {
    const { text, digest } = scriptNamed(name)
    try {
      return await redis.evalsha(await digest, keys, args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return redis.eval(text, keys, args)
    }
  }
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function answered<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    throw new NearsideError('store-failed', 'The budget store in Redis did not answer as it should.', {
      cause: new Error(whyOf(error)),
    })
  }
}

/** An error's kind alone, such as `NOAUTH` or `TimeoutError`: its text may hold the command with keys and values. */
function whyOf(error: unknown): string {
  if (error instanceof ReplyFault) return error.message
  if (!(error instanceof Error)) return 'unknown'
  return /^(?:ERR )?([A-Z]{3,20})\b/.exec(error.message)?.[1] ?? error.name
}
