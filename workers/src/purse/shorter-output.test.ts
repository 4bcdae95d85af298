/** The whole middleware over an upstream and a store in memory that counts its reserves: what is bought with what is left. */
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { nearside } from '../middleware.ts'

const usd = 1_000_000_000
/** A thousand tokens of output are ten cents, and a prompt is nothing. */
const price = { prompt: 0, cachedPrompt: 0, output: usd / 10_000, since: '2026-01-01', longContext: null }

type Given = {
  readonly clampOutput?: boolean
  readonly caps?: readonly (readonly [scope: string, limit: number])[]
}

function open({ clampOutput = true, caps = [['account', 0.5 * usd]] }: Given) {
  const store = memoryBudgetStore()
  const sent: Record<string, unknown>[] = []
  const held: number[] = []
  const settled: number[] = []
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme', scopes: ['key:a'] }),
      frontier: {
        url: 'http://upstream.test/v1',
        models: [{ model: 'dear', price, contextTokens: 100_000 }],
      },
      budgets: {
        ...store,
        reserve: (hold) => {
          held.push(hold.amount)
          return store.reserve(hold)
        },
        settle: (hold, amount) => {
          settled.push(amount)
          return store.settle(hold, amount)
        },
      },
      budgetsZone: 'gateway',
      caps: caps.map(([scope, limit]) => ({ scope, window: 'day' as const, limit })),
      policy: { clampOutput },
      onStoreError: 'refuse',
      fetch: async (_, init) => {
        const body = JSON.parse(String(init?.body)) as Record<string, unknown>
        sent.push(body)
        const used = Number(body.max_completion_tokens)
        return Response.json({
          choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'length' }],
          usage: { prompt_tokens: 1, completion_tokens: used, total_tokens: used + 1 },
        })
      },
    }),
  )
  const ask = async (limits: Record<string, number>) => {
    const response = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'dear', messages: [{ role: 'user', content: 'Prove it.' }], ...limits }),
    })
    const { error } = (await response.json()) as { error?: { code?: string } }
    return {
      status: response.status,
      degraded: response.headers.get('x-nearside-degraded'),
      code: error?.code,
    }
  }
  return { ask, sent, held, settled }
}

describe('an answer that a cap has too little left for', () => {
  it('is refused as by default, and nothing is sent', async () => {
    const { ask, sent, held } = open({ clampOutput: false })
    expect(await ask({ max_tokens: 6_000 })).toMatchObject({ status: 429, code: 'insufficient_quota' })
    expect(sent).toEqual([])
    expect(held).toHaveLength(1)
  })

  it('TRUST 7: is cut to what is left where the operator says so; held, sent and charged agree', async () => {
    const { ask, sent, held, settled } = open({})
    expect(await ask({ max_tokens: 6_000 })).toEqual({
      status: 200,
      degraded: 'output-clamped',
      code: undefined,
    })
    expect(sent.map((body) => [body.max_completion_tokens, body.max_tokens])).toEqual([[5_000, undefined]])
    expect(held).toEqual([0.6 * usd, 0.5 * usd])
    expect(settled).toEqual([0.5 * usd])
  })

  it('is as long as it was to be where the cap has enough, in one round trip', async () => {
    const { ask, sent, held } = open({})
    expect(await ask({ max_tokens: 5_000 })).toMatchObject({ status: 200, degraded: null })
    expect(sent[0]!.max_completion_tokens).toBe(5_000)
    expect(held).toHaveLength(1)
  })

  it('is cut to the tightest of several caps', async () => {
    const { ask, sent, held } = open({
      caps: [
        ['account', 0.5 * usd],
        ['key', 0.3 * usd],
      ],
    })
    expect(await ask({ max_tokens: 6_000 })).toMatchObject({ status: 200 })
    expect(sent[0]!.max_completion_tokens).toBe(3_000)
    expect(held.length).toBeLessThanOrEqual(3)
  })

  it('pays for each of several answers', async () => {
    const { ask, sent } = open({})
    expect(await ask({ max_tokens: 6_000, n: 2 })).toMatchObject({ status: 200 })
    expect(sent[0]!.max_completion_tokens).toBe(2_500)
  })

  it('is refused where less than 256 tokens are left, and no cap is passed', async () => {
    const { ask, sent, settled } = open({})
    expect((await ask({ max_tokens: 4_800 })).status).toBe(200)
    expect(await ask({ max_tokens: 1_000 })).toMatchObject({ status: 429, code: 'insufficient_quota' })
    expect(await ask({ max_tokens: 200 })).toMatchObject({ status: 200, degraded: null })
    expect(sent).toHaveLength(2)
    expect(settled.reduce((sum, amount) => sum + amount, 0)).toBe(0.5 * usd)
  })
})
