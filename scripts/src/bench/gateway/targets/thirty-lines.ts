/** What one writes to meter streams: thirty lines of Hono that look at each chunk for the usage. */
import { Hono } from 'hono'

const app: Hono<{ Bindings: { UPSTREAM: string } }> = new Hono()
let promptTokens = 0
let outputTokens = 0

app.post('/v1/chat/completions', async (c) => {
  const body = await c.req.json()
  const headers = { authorization: c.req.header('authorization') ?? '', 'content-type': 'application/json' }
  const asked = body.stream ? { ...body, stream_options: { include_usage: true } } : body
  const answer = await fetch(`${c.env.UPSTREAM}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(asked),
  })
  if (!body.stream || !answer.body) return new Response(answer.body, answer)

  const decoder = new TextDecoder()
  let rest = ''
  const meter = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!line.includes('"usage":{')) continue
        const { usage } = JSON.parse(line.slice('data: '.length))
        promptTokens += usage.prompt_tokens
        outputTokens += usage.completion_tokens
      }
      controller.enqueue(bytes)
    },
  })
  return new Response(answer.body.pipeThrough(meter), answer)
})

app.get('/__usage', (c) => c.json({ promptTokens, outputTokens }))

export default app
