import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isNearsideError } from '@nearside/core'
import { redisBudgetStore } from '@nearside/workers/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runBudget } from '../../scripts/src/budget/run-budget.ts'
import { cap, hold, minute, newTenant, usd } from '../budget/builders.ts'
import { withinOneDay } from '../budget/within-one-day.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'

let bridged: BridgedRedis
beforeAll(async () => {
  bridged = await startBridgedRedis()
})
afterAll(() => bridged.close())

const overRest = () => ({ UPSTASH_REDIS_REST_URL: bridged.bridge.url, UPSTASH_REDIS_REST_TOKEN: token })
const plain = () => ({ REDIS_URL: bridged.redis.url })

const quiet = { isTerminal: false, signal: new AbortController().signal }

async function said(line: string, env: Record<string, string> = plain()): Promise<string> {
  let text = ''
  try {
    await runBudget(line.split(' '), { env, print: (part) => (text += part), ...quiet })
  } catch (error) {
    if (!isNearsideError(error)) throw error
    return `${error.code}: ${error.message}`
  }
  return text
}

/** A tenant with $1.25 settled of a hold of $1, $2 held, and $3 that lapsed, in two scopes. */
async function spentTenant(
  window: 'day' | 'total' = 'total',
): Promise<{ readonly tenant: string; readonly lapsed: string }> {
  const tenant = newTenant()
  const store = redisBudgetStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
  const caps = [cap({ window, limit: 50 * usd }), cap({ scope: 'model:m', window: 'total', limit: 50 * usd })]
  const [first, open, lost] = [1, 2, 3].map((dollars) => hold({ tenant, caps, amount: dollars * usd }))
  if (!first || !open || !lost) throw new Error('three holds')
  await store.reserve(first)
  await store.settle(first, 1.25 * usd)
  await store.reserve({ ...open, leaseMs: 10 * minute })
  await store.reserve({ ...lost, leaseMs: 1 })
  await wait(5)
  return { tenant, lapsed: lost.id }
}

describe.each([
  ['over REST', overRest],
  ['to a plain Redis', plain],
] as const)('budget, %s', (_, env) => {
  it('shows every scope and window, lapsed money as expired though nobody has swept it', async () => {
    const { shown, text } = await withinOneDay(async () => {
      const { tenant } = await spentTenant('day')
      const json = await said(`show ${tenant} --json`, env())
      return { shown: JSON.parse(json), text: await said(`show ${tenant}`, env()) }
    })
    const sums = { settled: 1.25 * usd, held: 2 * usd, expired: 3 * usd, overrun: 0.25 * usd, charges: 1 }
    expect(shown.windows).toEqual([
      { scope: 'account', window: 'day', ...sums, resetsAt: expect.any(Number) },
      { scope: 'model:m', window: 'total', ...sums, resetsAt: null },
    ])
    const tomorrow = shown.windows[0].resetsAt
    expect(tomorrow % (24 * 60 * minute)).toBe(0)
    expect(tomorrow - Date.now()).toBeLessThanOrEqual(24 * 60 * minute)
    expect(text).toMatch(/^account +day +\$1\.25 +\$2\.00 +\$3\.00 +\$0\.25 +1 +20\d\d-/m)
  })

  it('writes lapsed money off in every scope, and only when told to', async () => {
    const { tenant, lapsed } = await spentTenant()
    expect(await said(`write-off ${tenant}`, env())).toContain('Nothing was changed')
    expect(await said(`write-off ${tenant} --all`, env())).toContain('Nothing was changed')
    expect(await said(`write-off ${tenant} ${lapsed} --yes`, env())).toMatch(/\$3\.00 .* written-off$/m)
    const { windows } = JSON.parse(await said(`show ${tenant} --json`, env()))
    expect(windows.map((row: { expired: number; held: number }) => [row.expired, row.held])).toEqual([
      [0, 2 * usd],
      [0, 2 * usd],
    ])
    expect(await said(`write-off ${tenant} --all --yes`, env())).toBe(`${tenant} has no lapsed holds.\n`)
  })
})

it('a lapsed hold that was limited too is written off, and one that was only limited holds no money', async () => {
  const tenant = newTenant()
  const store = redisBudgetStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
  const limits = { scope: 'account', requestsPerMinute: 9, tokensPerMinute: null, concurrent: 9 }
  const limitedBy = { limits, tokens: 5 }
  const costly = hold({ tenant, caps: [cap({ window: 'total' })], limitedBy, leaseMs: 1 })
  await store.reserve(costly)
  await store.reserve(hold({ tenant, caps: [], amount: 0, limitedBy, leaseMs: 1 }))
  await wait(5)
  const { holds } = JSON.parse(await said(`write-off ${tenant} --all --yes --json`))
  expect(holds).toMatchObject([{ id: costly.id, scopes: ['account'], outcome: 'written-off' }])
  const { windows } = JSON.parse(await said(`show ${tenant} --json`))
  expect(windows).toMatchObject([{ scope: 'account', held: 0, expired: 0 }])
})

it.each([true, false])(
  'a watch shows what has changed and ends when it is told to (terminal: %s)',
  async (isTerminal) => {
    const { tenant, lapsed } = await spentTenant()
    const stop = new AbortController()
    const printed: string[] = []
    await runBudget(['watch', tenant], {
      env: plain(),
      isTerminal,
      signal: stop.signal,
      print: (text) => {
        printed.push(text)
        if (text.includes('$3.00')) void said(`write-off ${tenant} ${lapsed} --yes`)
        else stop.abort()
      },
    })
    expect(printed.at(-1)).toMatch(/^account .*\$2\.00 +\$0\.00 /m)
    expect(printed[0]?.startsWith('\u001b[H')).toBe(isTerminal)
  },
)

it('one tenant sees nothing of another whose name it begins', async () => {
  const { tenant } = await spentTenant()
  expect(await said(`show ${tenant.slice(0, -1)}`)).toContain('has spent nothing')
})

it.each([
  ['spend acme', /followed by set, show, watch, reset, write-off or import/],
  ['show', /needs the tenant/],
  ['show ac}me', /^bad-options: tenant is/],
  ['show acme --yes', /takes a tenant and --json/],
  ['show acme --limit', /takes the flags/],
  ['write-off acme --yes', /needs the ids, or --all/],
  ['write-off acme a.0.0 --all', /not both/],
  ['write-off acme a.0.0 --yes', /a\.0\.0 is no lapsed hold of acme; nothing was written off/],
])('what cannot be meant is refused: budget %s', async (line, says) => {
  expect(await said(line)).toMatch(says)
})

describe('caps that an operator sets', () => {
  it('are set, changed and taken away by scope, window and kind', async () => {
    const tenant = newTenant()
    expect(await said(`set ${tenant} account --day-usd 5 --month-usd 50`)).toMatch(
      /account +day +\$5\.00 +hard +UTC/,
    )
    await said(`set ${tenant} account --day-usd 7`)
    await said(`set ${tenant} team:web --day-usd 2 --soft --zone Europe/Berlin`)
    const { caps } = JSON.parse(await said(`show ${tenant} --json`))
    expect(caps).toEqual([
      { scope: 'account', window: 'day', limit: 7 * usd, kind: 'hard' },
      { scope: 'account', window: 'month', limit: 50 * usd, kind: 'hard' },
      { scope: 'team:web', window: 'day', limit: 2 * usd, kind: 'soft', timeZone: 'Europe/Berlin' },
    ])
    expect(await said(`set ${tenant} account --remove`)).not.toContain('account')
    expect(await said(`set ${tenant} account --remove`)).toContain('has no caps')
  })

  it.each([
    ['set', 'budget set takes a tenant, a scope'],
    ['set acme', 'budget set takes a tenant, a scope'],
    ['set acme account', 'needs --hour-usd, --day-usd'],
    ['set acme account --day-usd much', '--day-usd is dollars such as 5'],
    ['set acme account --day-usd 5 --zone Mars/Base', 'timeZone is the name of a time zone'],
    ['set acme acc}ount --day-usd 5', 'scope is 1 to 128'],
    ['set acme account --day-usd 5 --remove', '--remove takes all caps of the scope away'],
    ['set acme account --week-usd 5', 'budget takes --hour-usd'],
    ['reset acme', 'budget reset takes a tenant and a scope'],
    ['reset acme nothing', 'has spent nothing'],
    ['import', 'budget import takes one file'],
    ['import /nowhere/caps.csv', 'cannot be read'],
  ])('refuses `%s` with what would be right', async (line, message) => {
    expect(await said(line)).toContain(message)
  })

  it('begins a scope anew only when told to, and leaves what is held alone', async () => {
    const { tenant } = await spentTenant()
    expect(await said(`reset ${tenant} account`)).toContain('Nothing was changed')
    expect(await said(`reset ${tenant} account --yes`)).toContain('begins anew in 1 windows')
    const { windows } = JSON.parse(await said(`show ${tenant} --json`))
    // Three dollars lapsed, and were not swept before: they count as expired still.
    expect(windows[0]).toMatchObject({ scope: 'account', settled: 0, held: 2 * usd, overrun: 0, charges: 0 })
    expect(windows[1]).toMatchObject({ scope: 'model:m', settled: 1.25 * usd })
  })

  it('come out of a file whole or not at all, as often as wanted', async () => {
    const tenant = newTenant()
    const folder = await mkdtemp(join(tmpdir(), 'nearside-caps-'))
    const [good, bad] = [join(folder, 'caps.csv'), join(folder, 'bad.csv')]
    await writeFile(good, `tenant,scope,window,usd\n${tenant},account,day,5\n`)
    await writeFile(bad, `tenant,scope,window,usd\n${tenant},account,day,9\n${tenant},account,week,9\n`)
    expect(await said(`import ${good} --dry-run`)).toContain('nothing was changed')
    expect(JSON.parse(await said(`show ${tenant} --json`)).caps).toEqual([])
    for (let i = 0; i < 2; i++) expect(await said(`import ${good}`)).toContain('1 caps of 1 tenants are set')
    expect(await said(`import ${bad}`)).toContain('bad.csv, line 3')
    expect(JSON.parse(await said(`show ${tenant} --json`)).caps).toMatchObject([{ limit: 5 * usd }])
    await rm(folder, { recursive: true })
  })
})
