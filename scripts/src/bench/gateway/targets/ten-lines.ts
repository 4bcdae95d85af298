/** The least that a proxy can do and still read what it forwards: ten lines of Hono. */
import { Hono } from 'hono'

const app: Hono<{ Bindings: { UPSTREAM: string } }> = new Hono()

app.post('/v1/chat/completions', async (c) => {
  const body = await c.req.json()
  const headers = { authorization: c.req.header('authorization') ?? '', 'content-type': 'application/json' }
  const answer = await fetch(`${c.env.UPSTREAM}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return new Response(answer.body, answer)
})

export default app
