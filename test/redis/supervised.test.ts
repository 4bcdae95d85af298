/** The standalone gateway with supervised sessions kept in Redis, set up by its variables alone. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Frontier } from '../doubles/frontier.ts'
import { type Supervisor, startExecutor, startSupervisor, work } from '../workerd/supervised/agent.ts'
import { type BridgedRedis, startBridgedRedis } from './opened-redis-store.ts'
import { places, variablesOf } from './standalone.ts'

let bridged: BridgedRedis
let executor: Frontier
let supervisor: Supervisor
beforeAll(async () => {
  bridged = await startBridgedRedis()
  executor = await startExecutor(3)
  supervisor = await startSupervisor()
})
afterAll(() => Promise.all([bridged.close(), executor.close(), supervisor.close()]))

const variables = (takes: string): Record<string, string> => ({
  ...variablesOf({ frontier: supervisor, onStoreError: 'refuse', url: bridged.bridge.url }),
  NEARSIDE_SEAL_SECRET: 'a secret of thirty-two characters or more',
  NEARSIDE_POLICY: JSON.stringify({
    strategy: 'plan-execute-verify-replan',
    supervision: { everyTurns: 8 },
  }),
  NEARSIDE_LOCAL_URL: `${executor.url}/v1`,
  NEARSIDE_LOCAL_SECRET: executor.key,
  NEARSIDE_LOCAL_MODELS: 'small',
  NEARSIDE_LOCAL_TAKES: takes,
})

const openai = (url: string): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })

describe.each(Object.entries(places))('a supervised session of a gateway in %s', (_, open) => {
  it('is worked on by the local model that takes tools, and goes on at another gateway', async () => {
    supervisor.says({ verdict: 'plan', plan: '1. Look into each drawer.' }, { verdict: 'accept' })
    await using one = await open(variables('tools'))
    await using two = await open(variables('tools'))
    const { messages, headers, text: none } = await work(openai(one.url), { most: 2 })
    expect([none, headers.map(({ tier }) => tier)]).toEqual(['', ['local', 'local']])
    expect(headers.map(({ supervision }) => supervision?.split(';')[0])).toEqual(['plan', 'silent'])

    const rest = await work(openai(two.url), { messages })
    expect(rest.text).toBe('The key is in drawer 3.')
    expect(rest.headers.map(({ supervision }) => supervision?.split(';')[0])).toEqual(['silent', 'accept'])
  })

  it('is none where no local model is said to take tools', async () => {
    await using gateway = await open(variables(''))
    const { headers } = await work(openai(gateway.url), { most: 1 })
    expect(headers).toMatchObject([{ tier: 'frontier', strategy: 'direct', reason: 'needs-tools' }])
  })
})
