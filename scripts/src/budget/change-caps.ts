/** `nearside budget set`, `reset` and `import`: what an operator changes, and what he is told of it. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type CapTerms, formatUsd } from '@nearside/core'
import type { RedisLink } from '../redis-connection/redis-link.ts'
import { capsOfTenant, type KeptCaps, withCaps, writeCaps } from './cap-book.ts'
import { readCapFile } from './read-cap-file.ts'
import { readReset, readSet, wrong } from './set-words.ts'
import { tableOf } from './show-table.ts'

type Said = { readonly said: string; readonly json: unknown; readonly asJson: boolean }

const soon = 'Gateways read caps again within 30 s.'

export async function setCaps(link: RedisLink, words: readonly string[]): Promise<Said> {
  const { tenant, scope, caps, json } = readSet(words)
  const kept = await capsOfTenant(link, tenant)
  const after = caps === null ? kept.caps.filter((cap) => cap.scope !== scope) : withCaps(kept.caps, caps)
  if (caps === null && after.length === kept.caps.length) throw wrong(scope, `has no caps of ${tenant}'s`)
  await writeCaps(link, kept, after)
  return { said: `${capTable(tenant, after)}\n${soon}\n`, json: { tenant, caps: after }, asJson: json }
}

/** What is set aside stays: its holds are open, and what they settle for counts from then on. */
const resetScript = `
local rows = redis.call('HGETALL', KEYS[1])
local changed = 0
for i = 1, #rows, 2 do
  local reserved, forget = string.match(rows[i + 1], '^%d+ (%d+) %d+ %d+ %d+ (%d+)$')
  if reserved then
    redis.call('HSET', KEYS[1], rows[i], '0 ' .. reserved .. ' 0 0 0 ' .. forget)
    changed = changed + 1
  end
end
return changed`

export async function resetScope(link: RedisLink, words: readonly string[]): Promise<Said> {
  const { tenant, scope, yes, json } = readReset(words)
  const key = `{${tenant}}:b:${scope}`
  if ((await link.ask(['EXISTS', key])) !== 1)
    throw wrong(scope, `has spent nothing of ${tenant}'s, as far as ${link.place} knows`)
  if (!yes) {
    const said = `This would set to zero what ${scope} of ${tenant} has spent in every window. Nothing was changed; add --yes to do it.\n`
    return { said, json: { tenant, scope, windows: 0 }, asJson: json }
  }
  const flag = link.upstash ? '#!lua flags=allow-key-locking\n' : ''
  const windows = Number(await link.eval(`${flag}${resetScript}`, [key], []))
  return {
    said: `${scope} of ${tenant} begins anew in ${windows} windows. What is held by calls in flight still counts.\n`,
    json: { tenant, scope, windows },
    asJson: json,
  }
}

export async function importCaps(link: RedisLink, words: readonly string[]): Promise<Said> {
  const { file, dryRun, json } = importWords(words)
  const text = await readFile(file, 'utf8').catch(() => {
    throw wrong(file, 'cannot be read')
  })
  const given = readCapFile(text, file)
  const tenants: { readonly kept: KeptCaps; readonly caps: readonly CapTerms[] }[] = []
  for (const [tenant, caps] of given) {
    const kept = await capsOfTenant(link, tenant)
    tenants.push({ kept, caps: withCaps(kept.caps, caps) })
  }
  if (!dryRun) for (const { kept, caps } of tenants) await writeCaps(link, kept, caps)
  const count = [...given.values()].reduce((sum, caps) => sum + caps.length, 0)
  const head = dryRun
    ? `${count} caps of ${tenants.length} tenants would be set; nothing was changed.`
    : `${count} caps of ${tenants.length} tenants are set. ${soon}`
  const tables = tenants.map(({ kept, caps }) => capTable(kept.tenant, caps)).join('\n')
  return {
    said: `${tables}\n${head}\n`,
    json: { changed: !dryRun, tenants: tenants.map(({ kept, caps }) => ({ tenant: kept.tenant, caps })) },
    asJson: json,
  }
}

function importWords(words: readonly string[]): { file: string; dryRun: boolean; json: boolean } {
  try {
    const { positionals, values } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },
    })
    const [file, ...more] = positionals
    if (file !== undefined && more.length === 0)
      return { file, dryRun: values['dry-run'] ?? false, json: values.json ?? false }
  } catch {
    // Told below.
  }
  throw wrong('budget import', 'takes one file, JSON or CSV, and --dry-run or --json')
}

export function capTable(tenant: string, caps: readonly CapTerms[]): string {
  if (caps.length === 0) return `${tenant} has no caps that were set here.\n`
  const rows = caps.map(({ scope, window, limit, kind = 'hard', timeZone = 'UTC' }) => [
    scope,
    window,
    formatUsd(limit),
    kind,
    timeZone,
  ])
  return `${tenant}\n${tableOf(['scope', 'window', 'cap', 'kind', 'time zone'], rows, [2])}`
}
