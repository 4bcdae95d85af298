/** The table of all cases, run in workerd and on Node. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { places, type RunningPlace } from '../workerd/security/places.ts'
import { callerKey, keysOf } from '../workerd/security/requests.ts'
import type { Bench } from './case.ts'
import { chatCases } from './chat-cases.ts'
import { errorCases } from './error-cases.ts'
import { otherCases } from './other-cases.ts'
import { startUpstream, type Upstream } from './replay.ts'
import { sdkCases } from './sdk-cases.ts'

describe.each(places)('somebody, $name,', (place) => {
  let running: RunningPlace
  let frontier: Upstream
  let local: Upstream
  let bench: Bench

  beforeAll(async () => {
    running = await place.start()
    frontier = await startUpstream()
    local = await startUpstream()
    const { url } = await running.open({
      options: {
        keys: keysOf(),
        frontier: {
          url: frontier.url,
          key: frontier.key,
          models: ['gpt-4.1'],
          embeddings: ['text-embedding-3-small'],
        },
        local: { url: local.url, key: local.key, models: ['small'], zone: 'premises' },
        aliases: { 'gpt-4o': 'auto' },
        retry: { attempts: 1 },
        breaker: { failures: 1_000 },
      },
    })
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: callerKey, maxRetries: 0 })
    bench = { openai, frontier, local, url: `${url}/v1` }
  })
  afterAll(() => Promise.all([running.close(), frontier.close(), local.close()]))

  it.each([...chatCases, ...errorCases, ...otherCases, ...sdkCases])('%s', async (_, does) => {
    await does(bench)
    expect(await running.logs()).not.toContainEqual(expect.stringMatching(/^unhandled rejection/))
  })
})
