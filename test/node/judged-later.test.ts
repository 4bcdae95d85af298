import { type Judge, type NearsideOptions, nearside } from '@nearside/workers'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'

let frontier: Frontier
beforeAll(async () => {
  frontier = await startFrontier()
})
afterAll(() => frontier.close())

async function ask(difficulty: Judge | NonNullable<NearsideOptions['difficulty']>, content = 'hello') {
  const faults: string[] = []
  const place = { url: `${frontier.url}/v1`, key: frontier.key }
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      difficulty,
      frontier: { ...place, models: ['gpt-5'] },
      local: { ...place, models: ['small'] },
      deadlines: { judgeMs: 300 },
      onFault: (cause) => {
        faults.push(String(cause))
      },
    }),
  )
  const answer = await app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
  })
  await answer.text()
  const told = (name: string): string | null => answer.headers.get(`x-nearside-${name}`)
  return { status: answer.status, tier: told('tier'), reason: told('reason'), faults }
}

const saysAfter = (ms: number, difficulty: number | null): Judge => ({
  judge: () => new Promise((resolve) => setTimeout(() => resolve({ difficulty }), ms)),
})

describe('a judge that answers later', () => {
  it('is waited for, and decides', async () => {
    expect(await ask(saysAfter(5, 0.9))).toEqual({
      status: 200,
      tier: 'frontier',
      reason: 'hard',
      faults: [],
    })
    expect(await ask(saysAfter(5, 0.1))).toEqual({ status: 200, tier: 'local', reason: 'easy', faults: [] })
  })

  it('may say that nothing tells', async () => {
    expect(await ask(saysAfter(5, null))).toMatchObject({ reason: 'difficulty-unknown', faults: [] })
    expect(await ask(saysAfter(5, Number.NaN))).toMatchObject({ reason: 'difficulty-unknown' })
    expect(await ask(saysAfter(5, 7))).toMatchObject({ reason: 'difficulty-unknown' })
  })

  it.each<readonly [string, Judge, RegExp]>([
    ['never answers', { judge: () => new Promise(() => {}) }, /no judgement came within 300 ms/],
    ['rejects', { judge: () => Promise.reject(new Error('out of memory')) }, /out of memory/],
    [
      'throws at once',
      {
        judge: () => {
          throw new Error('broken')
        },
      },
      /broken/,
    ],
    ['says nothing', { judge: () => Promise.resolve(null as never) }, /null/],
  ])('TRUST 26: that %s leaves the difficulty unknown, and the host hears why', async (_, judge, why) => {
    const { status, tier, reason, faults } = await ask(judge)
    expect({ status, tier, reason }).toEqual({ status: 200, tier: 'frontier', reason: 'difficulty-unknown' })
    expect(faults).toEqual([expect.stringMatching(why)])
  })

  it('is refused at start where it is none', () => {
    expect(() => nearside({ open: 'loopback', difficulty: {} as Judge })).toThrow(
      'difficulty is a function, or an object with a function judge',
    )
  })
})
