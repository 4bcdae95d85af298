import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { nearside } from '../middleware.ts'

const answer = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}

async function sentUpstream(
  limits: Record<string, number>,
  limitField?: 'max_tokens',
): Promise<Record<string, unknown>> {
  let sent: Record<string, unknown> = {}
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      frontier: {
        url: 'http://upstream.test/v1',
        models: ['gpt-4o-mini'],
        ...(limitField && { limitField }),
      },
      budgets: memoryBudgetStore(),
      budgetsZone: 'gateway',
      caps: [{ scope: 'account', window: 'day', limit: 1_000_000_000 }],
      onStoreError: 'refuse',
      fetch: async (_, init) => {
        sent = JSON.parse(String(init?.body))
        return Response.json(answer)
      },
    }),
  )
  const response = await app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Prove it.' }], ...limits }),
  })
  expect(response.status).toBe(200)
  return sent
}

describe('TRUST 7: an upstream gets the limit that was set aside, in the field that it reads', () => {
  it('where the caller named two', async () => {
    const sent = await sentUpstream({ max_completion_tokens: 1, max_tokens: 100_000 })
    expect([sent.max_completion_tokens, sent.max_tokens]).toEqual([1, undefined])
  })

  it('where the caller named one that the upstream does not read', async () => {
    const sent = await sentUpstream({ max_completion_tokens: 1 }, 'max_tokens')
    expect([sent.max_completion_tokens, sent.max_tokens]).toEqual([undefined, 1])
  })

  it('where the caller named none', async () => {
    expect((await sentUpstream({})).max_completion_tokens).toBe(8_192)
  })
})
