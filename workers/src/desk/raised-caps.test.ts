/** A cap that was spent and is raised, by the host or in a directory: the next request that it pays for goes where it belongs. */
import type { CapTerms } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'

const start = Date.UTC(2026, 10, 21, 12)
const daily = (limit: number): CapTerms => ({ scope: 'account', window: 'day', limit })
const price = { since: '2026-01-01', prompt: 1_000, cachedPrompt: 1_000, output: 4_000, longContext: null }

function opened(own: () => readonly CapTerms[], more: Partial<NearsideOptions> = {}) {
  let at = start
  let reserves = 0
  const now = () => at
  const store = memoryBudgetStore({ now })
  const app = new Hono()
  app.use(
    nearside({
      account: () => ({ tenant: 'acme', caps: own() }),
      local: { url: 'https://node.example/v1', models: ['small'], zone: 'premises' },
      frontier: { url: 'https://large.example/v1', key: 'sk-test', models: [{ model: 'large', price }] },
      budgets: {
        ...store,
        reserve(hold) {
          reserves++
          return store.reserve(hold)
        },
      },
      budgetsZone: 'premises',
      onStoreError: 'refuse',
      policy: { whenSpent: 'nearer', frontierFrom: 0 },
      now,
      fetch: async () =>
        Response.json({
          model: 'm',
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
        }),
      ...more,
    }),
  )
  return {
    async tier() {
      const answer = await app.request('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'auto',
          max_tokens: 100,
          messages: [{ role: 'user', content: 'Hi.' }],
        }),
      })
      return answer.headers.get('x-nearside-tier')
    },
    reserves: () => reserves,
    passes: (ms: number) => {
      at += ms
    },
    now,
  }
}

describe('a spent cap', () => {
  it('TRUST 9: that its host raises is noticed by the next request', async () => {
    let caps = [daily(1)]
    const { tier, reserves } = opened(() => caps)
    expect([await tier(), await tier(), await tier()]).toEqual(['local', 'local', 'local'])
    expect(reserves()).toBe(1)
    caps = [daily(1_000_000_000)]
    expect(await tier()).toBe('frontier')
    caps = [daily(1)]
    expect(await tier()).toBe('local')
    expect(reserves()).toBe(2)
  })

  it('TRUST 9: that is raised in a directory is noticed as soon as the directory would have been asked', async () => {
    let limit = 1
    const directory = { read: async () => [daily(limit)] }
    const { tier, reserves, passes } = opened(() => [], { storedCaps: { directory, recheckMs: 10_000 } })
    expect([await tier(), await tier()]).toEqual(['local', 'local'])
    expect(reserves()).toBe(1)
    limit = 1_000_000_000
    passes(9_999)
    expect(await tier()).toBe('local')
    passes(1)
    expect(await tier()).toBe('frontier')
  })

  it('TRUST 9: has its money again when its window is over', async () => {
    const caps = [{ ...daily(1_000_000), window: 'hour' as const }]
    const { tier, reserves, passes } = opened(() => caps)
    const seen: (string | null)[] = []
    for (let i = 0; i < 60 && seen.at(-1) !== 'local'; i++) seen.push(await tier())
    expect(seen.at(-1)).toBe('local')
    expect(seen.length).toBeGreaterThan(2)
    const before = reserves()
    expect(await tier()).toBe('local')
    expect(reserves()).toBe(before)
    passes(3_600_000)
    expect(await tier()).toBe('frontier')
  })

  it('is asked about again after half a minute, in case the books were set back', async () => {
    const caps = [daily(1)]
    const { tier, reserves, passes } = opened(() => caps)
    for (let i = 0; i < 5; i++) {
      await tier()
      await tier()
      passes(30_000)
    }
    expect(reserves()).toBe(5)
  })
})
