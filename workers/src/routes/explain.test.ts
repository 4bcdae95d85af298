/** `/v1/route` over what may be asked: it decides as the path itself would, and asks nobody. */
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import { memoryResponseStore } from '../replay/memory-response-store.ts'

function opened() {
  let asked = 0
  const app = new Hono()
  app.use(
    nearside({
      account: () => ({ tenant: 'acme' }),
      local: { url: 'https://node.example/v1', models: ['small'], zone: 'premises' },
      responses: { store: memoryResponseStore(), secret: 's'.repeat(32), zone: 'premises' },
      fetch: async () => {
        asked++
        const message = { role: 'assistant', content: 'Hi.' }
        return Response.json({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] })
      },
    }),
  )
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    app.request(`/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'auto', ...body }),
    })
  return { post, asked: () => asked }
}

it('decides for a Responses request as for the chat that means the same', async () => {
  const { post, asked } = opened()
  for (const text of ['what is 17 * 23?', 'Write a story.']) {
    const chat = await (await post('route', { messages: [{ role: 'user', content: text }] })).json()
    expect(await (await post('route', { input: text })).json()).toEqual(chat)
  }
  expect(asked()).toBe(0)
})

it('looks at the turns that a Responses request carries on, and refuses it in its own words', async () => {
  const { post } = opened()
  const { id } = (await (await post('responses', { input: 'Write a story.' })).json()) as { id: string }
  const told = await (await post('route', { input: 'Longer.', previous_response_id: id })).json()
  expect(told).toMatchObject({ object: 'nearside.route', signals: { turns: 3 } })
  const refused = await post('route', { input: 'Longer.', previous_response_id: 'resp_none' })
  expect(await refused.json()).toMatchObject({ error: { param: 'previous_response_id' } })
})

it('names a header that looks like one of ours and is read by nobody, and no other', async () => {
  const { post } = opened()
  const asked = { messages: [{ role: 'user', content: 'Hi.' }] }
  const headers = { 'x-nearside-privcay': 'never-leave', 'x-nearside-quality': '0.1', 'x-own': 'secret' }
  const { unknownHeaders, wishes } = await (await post('route', asked, headers)).json()
  expect(unknownHeaders).toEqual(['x-nearside-privcay'])
  expect(wishes).toMatchObject({ quality: 0.1, privacy: { level: 'public' } })
  expect(await (await post('route', asked)).json()).not.toHaveProperty('unknownHeaders')
})
