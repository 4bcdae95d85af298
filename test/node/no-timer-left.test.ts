import { nearside } from '@nearside/workers'
import { Hono } from 'hono'
import { expect, it } from 'vitest'

const app = new Hono()
app.use(
  '*',
  nearside({
    account: () => ({ tenant: 'acme' }),
    frontier: { url: 'http://127.0.0.1:1/v1', key: 'none', models: ['gpt-5'] },
    retry: { attempts: 1 },
  }),
)

const sum = { model: 'auto', messages: [{ role: 'user', content: 'what is 17 * 23?' }] }

it.each([
  ['answered at the edge', '/v1/chat/completions', JSON.stringify(sum), 200],
  ['no JSON', '/v1/chat/completions', '{"model":', 400],
  ['no chat request', '/v1/chat/completions', '{"model":"auto","messages":7}', 400],
  ['for a model that is not there', '/v1/chat/completions', JSON.stringify({ ...sum, model: 'gpt-9' }), 404],
  ['whose upstream is gone', '/v1/chat/completions', JSON.stringify({ ...sum, model: 'gpt-5' }), 502],
  ['no Responses request', '/v1/responses', '{"model":"auto","input":7}', 400],
  ['no embeddings request', '/v1/embeddings', '{"model":"auto","input":7}', 400],
  ['only explained', '/v1/route', JSON.stringify(sum), 200],
  ['not even explained', '/v1/route', '{"model":"auto","messages":7}', 400],
])('A request that is over leaves no timer behind: one %s', async (_, path, body, status) => {
  const before = timers()
  const answer = await app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  await answer.text()
  expect(answer.status).toBe(status)
  expect(timers()).toBe(before)
})

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}
