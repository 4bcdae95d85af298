/**
 * `nearside budget …`: what was spent and is held, the caps that an operator sets, and money of lapsed holds.
 *
 * Nothing is written without `--yes`, and what would be written is shown before. A write-off goes through the ledger's
 * own verb: a hold that was settled between the list and the verb is left alone, and said to be.
 */
import { parseArgs } from 'node:util'
import { checkTenant, formatUsd, NearsideError, type WriteOff } from '@nearside/core'
import { redisBudgetStore } from '@nearside/workers/redis'
import { flagFault } from '../flag-fault.ts'
import { openRedis } from '../redis-connection/open-redis.ts'
import type { RedisLink } from '../redis-connection/redis-link.ts'
import { capsOfTenant } from './cap-book.ts'
import { capTable, importCaps, resetScope, setCaps } from './change-caps.ts'
import { readBooks } from './read-books.ts'
import { type LapsedHold, readLapsed } from './read-lapsed.ts'
import { booksTable, minuteText, tableOf } from './show-table.ts'
import { watchBooks } from './watch-books.ts'

export type Asked = {
  readonly env: Readonly<Record<string, string | undefined>>
  print(text: string): void
  readonly isTerminal: boolean
  /** Ends a watch. */
  readonly signal: AbortSignal
}

export async function runBudget(
  words: readonly string[],
  { env, print, isTerminal, signal }: Asked,
): Promise<void> {
  const change = changes[words[0] ?? '']
  if (change !== undefined) return changed(words, change, env, print)
  const { verb, tenant, ids, json, all, yes } = readWords(words)
  const link = openRedis(env)
  try {
    if (verb === 'watch') return await watchBooks(link, tenant, { print, isTerminal, signal, everyMs: 1_000 })
    if (verb === 'show') {
      const books = await readBooks(link, tenant)
      const { caps } = await capsOfTenant(link, tenant)
      if (json) print(`${JSON.stringify({ tenant, store: link.place, windows: books, caps })}\n`)
      else if (books.length === 0) print(`${tenant} has spent nothing, as far as ${link.place} knows.\n`)
      else print(`${tenant} at ${link.place}\n\n${booksTable(books, caps)}`)
      if (!json && caps.length > 0) print(`\ncaps of ${capTable(tenant, caps)}`)
      return
    }
    const chosen = choose(await readLapsed(link, tenant), ids, tenant)
    const done = yes && (all || ids.length > 0) ? await writeOffAll(link, tenant, chosen) : null
    if (json) print(`${JSON.stringify({ tenant, store: link.place, holds: done ?? chosen })}\n`)
    else print(lapsedText(tenant, done ?? chosen, done !== null))
  } finally {
    link.close()
  }
}

const changes: Readonly<Record<string, typeof setCaps>> = {
  set: setCaps,
  reset: resetScope,
  import: importCaps,
}

async function changed(
  words: readonly string[],
  change: typeof setCaps,
  env: Asked['env'],
  print: Asked['print'],
): Promise<void> {
  const link = openRedis(env)
  try {
    const { said, json, asJson } = await change(link, words.slice(1))
    print(asJson ? `${JSON.stringify(json)}\n` : said)
  } finally {
    link.close()
  }
}

type Written = LapsedHold & { readonly outcome: WriteOff['outcome'] }

function readWords(words: readonly string[]) {
  const { positionals, values } = parsed(words)
  const [verb, tenant, ...ids] = positionals
  const { json = false, all = false, yes = false } = values
  if (verb !== 'show' && verb !== 'watch' && verb !== 'write-off')
    throw wrong('budget', 'is followed by set, show, watch, reset, write-off or import')
  if (tenant === undefined) throw wrong(`budget ${verb}`, 'needs the tenant, which is the account of the key')
  checkTenant(tenant)
  if (verb === 'show' && (ids.length > 0 || all || yes))
    throw wrong('budget show', 'takes a tenant and --json')
  if (verb === 'watch' && (ids.length > 0 || all || yes || json))
    throw wrong('budget watch', 'takes a tenant alone')
  if (all && ids.length > 0) throw wrong('budget write-off', 'takes ids or --all, not both')
  if (yes && !all && ids.length === 0) throw wrong('budget write-off --yes', 'needs the ids, or --all')
  return { verb, tenant, ids, json, all, yes } as const
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, all: { type: 'boolean' }, yes: { type: 'boolean' } },
    })
  } catch (cause) {
    throw wrong(`${flagFault(cause)}: budget`, 'takes the flags --json, --all and --yes, without values')
  }
}

function choose(
  lapsed: readonly LapsedHold[],
  ids: readonly string[],
  tenant: string,
): readonly LapsedHold[] {
  if (ids.length === 0) return lapsed
  return ids.map((id) => {
    const found = lapsed.find((hold) => hold.id === id)
    if (found === undefined) throw wrong(id, `is no lapsed hold of ${tenant}; nothing was written off`)
    return found
  })
}

async function writeOffAll(
  link: RedisLink,
  tenant: string,
  holds: readonly LapsedHold[],
): Promise<readonly Written[]> {
  const store = redisBudgetStore({ client: link, upstash: link.upstash })
  const written: Written[] = []
  for (const hold of holds) {
    const { id, amount } = hold
    // Without its caps: the ledger finds in the record which scopes it stands in.
    const { outcome } = await store.writeOff({ id, tenant, caps: [], amount, leaseMs: 1 })
    written.push({ ...hold, outcome })
  }
  return written
}

function lapsedText(tenant: string, holds: readonly (LapsedHold | Written)[], isDone: boolean): string {
  if (holds.length === 0) return `${tenant} has no lapsed holds.\n`
  const rows = holds.map((hold) => [
    hold.id,
    formatUsd(hold.amount),
    minuteText(hold.lapsedAt),
    hold.scopes.join(' '),
    'outcome' in hold ? hold.outcome : 'lapsed',
  ])
  const table = tableOf(['hold', 'amount', 'lapsed (UTC)', 'scopes', 'state'], rows, [1])
  return isDone
    ? table
    : `${table}\nNothing was changed. Name the ids, or --all, with --yes to write them off.\n`
}

function wrong(what: string, why: string): NearsideError {
  return new NearsideError('bad-options', `${what} ${why}.`, { param: what })
}
