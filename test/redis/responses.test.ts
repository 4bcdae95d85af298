/** The standalone gateway keeping responses: in Redis for whoever asks next, or on Node in its own memory. */
import { createHash } from 'node:crypto'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../scripts/src/serve/serve.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { type BridgedRedis, startBridgedRedis } from './opened-redis-store.ts'
import { places, variablesOf } from './standalone.ts'
import { typeCommand } from './start-redis.ts'

const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex')
const asking = { model: 'frontier', input: 'canary-prompt', max_output_tokens: 10 }

let bridged: BridgedRedis
let frontier: Frontier
beforeAll(async () => {
  bridged = await startBridgedRedis()
  frontier = await startFrontier()
})
afterAll(() => Promise.all([bridged.close(), frontier.close()]))

const variables = (): Record<string, string> => {
  const { NEARSIDE_OPEN: _, ...others } = variablesOf({
    frontier,
    onStoreError: 'refuse',
    url: bridged.bridge.url,
  })
  return {
    ...others,
    NEARSIDE_KEYS: `acme=${digestOf('key-of-acme')},other=${digestOf('key-of-other')}`,
    NEARSIDE_SEAL_SECRET: 'a secret of thirty-two characters or more',
    NEARSIDE_RESPONSES_DAYS: '7',
  }
}
const openai = (url: string, tenant: 'acme' | 'other'): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey: `key-of-${tenant}`, maxRetries: 0 })
const sent = (): unknown => {
  const { messages } = frontier.requests.at(-1)!.json as { readonly messages: unknown }
  return messages
}

describe.each(Object.entries(places))('responses kept in Redis by a gateway in %s', (_, open) => {
  it('are carried on by another gateway, and by their own tenant alone', async () => {
    await using one = await open(variables())
    await using two = await open(variables())
    const { id } = await openai(one.url, 'acme').responses.create(asking)
    const next = { ...asking, input: 'And why?', previous_response_id: id }
    await openai(two.url, 'acme').responses.create(next)
    expect(sent()).toEqual([
      { role: 'user', content: 'canary-prompt' },
      { role: 'assistant', content: 'The capital of France is Paris.' },
      { role: 'user', content: 'And why?' },
    ])
    const other = openai(two.url, 'other')
    await expect(other.responses.create(next)).rejects.toMatchObject({ status: 400 })
    await expect(other.responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
  })

  it('TRUST 22: are found in clear nowhere, and end when they should', async () => {
    await using gateway = await open(variables())
    const { id } = await openai(gateway.url, 'acme').responses.create(asking)
    const keys = await typeCommand(bridged.redis.port, 'KEYS {acme}:r:*')
    const found = [...keys.matchAll(/\{acme\}:r:[0-9a-f]{64}/g)].map(([key]) => key)
    expect(found.length).toBeGreaterThan(0)
    for (const key of found) {
      const held = await typeCommand(bridged.redis.port, `GET ${key}`)
      expect([held.includes('canary'), held.includes('Paris'), held.includes(id)]).toEqual([
        false,
        false,
        false,
      ])
      const [ttlMs = '0'] = /\d+/.exec(await typeCommand(bridged.redis.port, `PTTL ${key}`)) ?? []
      expect(Number(ttlMs)).toBeGreaterThan(6 * 86_400_000)
      expect(Number(ttlMs)).toBeLessThanOrEqual(7 * 86_400_000)
    }
  })
})

it('are kept by a gateway on Node in its own memory where no Redis is named', async () => {
  const {
    UPSTASH_REDIS_REST_URL: _,
    UPSTASH_REDIS_REST_TOKEN: __,
    NEARSIDE_SEAL_SECRET: ___,
    ...env
  } = variables()
  const { url, close } = await serve({ host: '127.0.0.1', port: 0, env })
  try {
    const client = openai(url, 'acme')
    const { id } = await client.responses.create(asking)
    expect(await client.responses.retrieve(id)).toMatchObject({ id, store: true })
    await expect(openai(url, 'other').responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
  } finally {
    await close()
  }
})
