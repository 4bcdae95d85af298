/**
 * `nearside keys create`, `list`, `rotate` and `revoke`.
 *
 * The secret that keys are made with comes from the environment, never from the command line, where every process of the
 * machine could read it. A key is printed once; the store gets its record, from which no key can be made.
 */
import { randomBytes } from 'node:crypto'
import { formatUsd, type KeyRecord, keyIdFrom, NearsideError, whyRefused, writeKey } from '@nearside/core'
import { minuteText, tableOf } from '../budget/show-table.ts'
import { openRedis } from '../redis-connection/open-redis.ts'
import type { RedisLink } from '../redis-connection/redis-link.ts'
import { allKeys, changeKey, type Kept, keyNamed, writeNewKey } from './key-book.ts'
import { type KeysCommand, type KeyTerms, readWords } from './read-words.ts'

export type Asked = {
  readonly env: Readonly<Record<string, string | undefined>>
  print(text: string): void
  readonly now: () => number
}

export async function runKeys(words: readonly string[], { env, print, now }: Asked): Promise<void> {
  const command = readWords(words)
  const link = openRedis(env)
  try {
    const { said, json } = await carryOut(command, link, env, now())
    print(command.json ? `${JSON.stringify(json)}\n` : said)
  } finally {
    link.close()
  }
}

type Told = { readonly said: string; readonly json: unknown }

async function carryOut(
  command: KeysCommand,
  link: RedisLink,
  env: Asked['env'],
  now: number,
): Promise<Told> {
  switch (command.verb) {
    case 'create': {
      const secret = secretOf(env)
      const record = newRecord(command.terms, now)
      await writeNewKey(link, record)
      return made(record, writeKey(record.id, secret), '')
    }
    case 'list': {
      const kept = (await allKeys(link)).filter(
        ({ record }) => command.tenant === null || record === null || record.tenant === command.tenant,
      )
      const json = {
        store: link.place,
        keys: kept.map(({ id, record }) => record ?? { id, unreadable: true }),
      }
      return { said: listed(kept, link.place, now), json }
    }
    case 'rotate': {
      const secret = secretOf(env)
      const kept = await keyNamed(link, command.id)
      const old = kept.record
      if (old === null || whyRefused(old, now) !== null) {
        throw new NearsideError('bad-options', `${kept.id} is not in use any more; create a new key instead.`)
      }
      // The old one first: where somebody else has changed it meanwhile, there is no new one.
      const endsAt = Math.min(now + command.graceMs, old.expiresAt ?? Number.POSITIVE_INFINITY)
      await changeKey(
        link,
        kept,
        command.graceMs === 0 ? { ...old, revokedAt: now } : { ...old, expiresAt: endsAt },
      )
      // What the old key has spent counts against the new one: the scope of its caps stays.
      const record: KeyRecord = { ...old, id: newId(), createdAt: now }
      await writeNewKey(link, record)
      const until = command.graceMs === 0 ? 'is revoked' : `is good until ${minuteText(endsAt)} UTC`
      return made(record, writeKey(record.id, secret), `The old key, ${old.id}, ${until}.\n`)
    }
    case 'revoke': {
      const kept = await keyNamed(link, command.id)
      const old = kept.record
      if (old === null) {
        await changeKey(link, kept, null)
        return {
          said: `The record of ${kept.id} could not be read, and is gone.\n`,
          json: { id: kept.id, unreadable: true },
        }
      }
      const record = old.revokedAt === null ? { ...old, revokedAt: now } : old
      if (record !== old) await changeKey(link, kept, record)
      const said = `${old.id} of ${old.tenant} is revoked. Gateways refuse it within the time after which they look again\n(NEARSIDE_KEY_RECHECK_SECONDS, 30 where it is not set).\n`
      return { said, json: record }
    }
  }
}

/** At least as long as what it protects; a phrase that somebody remembers is none. */
function secretOf(env: Asked['env']): Uint8Array {
  const secret = new TextEncoder().encode(env.NEARSIDE_KEY_SECRET?.trim() ?? '')
  if (secret.length >= 32) return secret
  throw new NearsideError(
    'bad-options',
    'NEARSIDE_KEY_SECRET must be set, with at least 32 bytes, to the same as at the gateway. `openssl rand -hex 32` makes one.',
    { param: 'NEARSIDE_KEY_SECRET' },
  )
}

function newRecord({ caps, livesMs, ...terms }: KeyTerms, now: number): KeyRecord {
  const id = newId()
  return {
    id,
    ...terms,
    createdAt: now,
    expiresAt: livesMs === null ? null : now + livesMs,
    revokedAt: null,
    caps: caps.map((cap) => ({ scope: `key:${id}`, ...cap })),
  }
}

function newId(): string {
  return keyIdFrom(randomBytes(16))
}

function made(record: KeyRecord, key: string, more: string): Told {
  const said = `${key}\n\nThis is the only time that it is shown. It belongs to ${record.tenant}${describe(record)}.\n${more}`
  return { said, json: { key, ...record } }
}

function describe(record: KeyRecord): string {
  const parts = [
    ...(record.tiers === null ? [] : [`for ${record.tiers.join(' and ')} alone`]),
    ...(record.models === null ? [] : [`for ${record.models.join(' and ')} alone`]),
    ...(record.caps.length === 0 ? [] : [`spends at most ${capsText(record)}`]),
    ...(record.expiresAt === null ? [] : [`ends at ${minuteText(record.expiresAt)} UTC`]),
  ]
  return parts.map((part) => `, ${part}`).join('')
}

function capsText({ caps }: KeyRecord): string {
  return caps
    .map(({ limit, window, kind }) => {
      const amount = `${formatUsd(limit)} ${window === 'total' ? 'in all' : `a ${window}`}`
      return kind === 'soft' ? `${amount} (soft)` : amount
    })
    .join(', ')
}

function listed(kept: readonly Kept[], place: string, now: number): string {
  if (kept.length === 0) return `There are no keys at ${place}.\n`
  const rows = kept.map(({ id, record }) =>
    record === null
      ? [id, '?', 'unreadable', '', '', '', '']
      : [
          id,
          record.tenant,
          whyRefused(record, now) ??
            (record.expiresAt === null ? 'good' : `until ${minuteText(record.expiresAt)}`),
          minuteText(record.createdAt),
          [...(record.tiers ?? []), ...(record.models ?? [])].join(' ') || 'all',
          capsText(record) || 'none',
          record.label,
        ],
  )
  return tableOf(['key', 'account', 'state', 'made (UTC)', 'tiers, models', 'caps', 'label'], rows, [])
}
