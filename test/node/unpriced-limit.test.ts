import { mapReduce, nearside } from '@nearside/workers'
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { startFrontier } from '../doubles/frontier.ts'
import { messages, supervising, working } from '../workerd/map-reduce/report.ts'

it('A request is counted once by the limiter of what costs nothing, in however many pieces a node reads it', async () => {
  await using node = await startFrontier({ answering: working })
  await using supervisor = await startFrontier({ answering: supervising() })
  const counted: string[] = []
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      strategies: [mapReduce()],
      policy: {
        strategy: 'map-reduce',
        mapReduce: { leastTokens: 1_000, chunkTokens: 400, overlapTokens: 40, rounds: 1 },
      },
      local: { url: `${node.url}/v1`, key: node.key, models: ['small'] },
      frontier: { url: `${supervisor.url}/v1`, key: supervisor.key, models: ['gpt-5'] },
      unpricedLimit: {
        limit: async ({ key }) => {
          counted.push(key)
          return { success: true }
        },
      },
    }),
  )
  const answer = await app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages }),
  })
  await answer.text()
  expect(answer.headers.get('x-nearside-strategy')).toBe('map-reduce')
  expect(node.requests.length).toBeGreaterThan(1)
  expect(counted).toEqual(['acme'])
})
