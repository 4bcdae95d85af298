/** Tools of a server behind this one: its calls come as calls, and are held to what was offered like everybody's. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type OpenAI from 'openai'
import { afterEach, expect, it } from 'vitest'
import { type Served, serveForTest } from './served-runtime.ts'

type Body = {
  readonly stream?: boolean
  readonly tools?: readonly unknown[]
  readonly tool_choice?: unknown
} & Record<string, unknown>

let served: Served
let server: Server
afterEach(async () => {
  await served?.close()
  server?.closeAllConnections()
  server?.close()
})

const greeting = { id: 'x', type: 'function', function: { name: 'greet', arguments: '{}' } }

/** What it knows of tools: how it answers the two questions of the load. */
type Knows = { readonly tools?: 400 | 500; readonly required?: 'calls' | 'ignores' | 'refuses' }

async function serveBehind(
  deltas: readonly object[],
  finish: string,
  { tools, required = 'calls' }: Knows = {},
): Promise<readonly Body[]> {
  const seen: Body[] = []
  server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += String(piece)
    if (request.method === 'GET') return response.end('{"data":[{"id":"m"}]}')
    const body = JSON.parse(text) as Body
    seen.push(body)
    if (body.stream === true) {
      for (const delta of deltas) {
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`)
      }
      const last = { choices: [{ index: 0, delta: {}, finish_reason: finish }] }
      return response.end(`data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`)
    }
    const isRefused = body.tool_choice !== undefined && required === 'refuses'
    const status = body.tools !== undefined && tools !== undefined ? tools : isRefused ? 400 : 200
    const calls = body.tool_choice !== undefined && required === 'calls' ? { tool_calls: [greeting] } : {}
    const whole = { choices: [{ index: 0, message: { content: 'x', ...calls }, finish_reason: 'stop' }] }
    response.writeHead(status)
    return response.end(JSON.stringify(status === 200 ? whole : { error: { message: 'no' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  served = await serveForTest({ model: `http://127.0.0.1:${port}/v1` })
  await served.ready
  return seen
}

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
} as const
const time = { type: 'function', function: { name: 'time' } } as const
const ask = {
  model: 'local',
  messages: [{ role: 'user' as const, content: 'How is the weather in Bern?' }],
  tools: [weather, time],
} satisfies OpenAI.ChatCompletionCreateParams

const call = (index: number, id: string | undefined, name: string | undefined, given: string): object => ({
  tool_calls: [{ index, id, function: { name, arguments: given } }],
})

const berne = [
  call(0, 'call_a', 'weather', ''),
  call(0, undefined, undefined, '{"city":'),
  call(0, undefined, undefined, '"Bern"}'),
]

it('hands on the calls of another server with their ids, whole and streamed', async () => {
  const seen = await serveBehind(
    [{ content: 'I look. ' }, ...berne, call(1, 'call_b', 'time', '')],
    'tool_calls',
  )
  const whole = await served.client.chat.completions.create(ask)
  const calls = [
    { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } },
    { id: 'call_b', type: 'function', function: { name: 'time', arguments: '{}' } },
  ]
  expect(whole.choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: { content: 'I look. ', tool_calls: calls },
  })
  expect(whole).toMatchObject({ nearside: { formFits: true } })
  expect(seen.at(-1)).toMatchObject({ tools: [weather, time] })
  expect(seen.at(-1)).not.toHaveProperty('tool_choice')

  const streamed = served.client.chat.completions.stream(ask)
  expect((await streamed.finalChatCompletion()).choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: { content: 'I look. ', tool_calls: calls.map(({ id }) => ({ id })) },
  })
})

it('sends what was called before and what it answered, and which tool must be called', async () => {
  const seen = await serveBehind(berne, 'tool_calls')
  await served.client.chat.completions.create({
    ...ask,
    messages: [
      ...ask.messages,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'time', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
    ],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
  })
  expect(seen.at(-1)).toMatchObject({
    messages: [
      { role: 'user' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', function: { name: 'time' } }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
    ],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
  })
  await served.client.chat.completions.create({ ...ask, tool_choice: 'required' })
  expect(seen.at(-1)).toMatchObject({ tool_choice: 'required' })
  await served.client.chat.completions.create({ ...ask, tool_choice: 'none' })
  expect(seen.at(-1)).not.toHaveProperty('tools')
})

it('is not sure of a call whose arguments have another shape, and says so', async () => {
  await serveBehind([call(0, 'call_a', 'weather', '{"town":"Bern"}')], 'tool_calls')
  const answer = await served.client.chat.completions.create(ask)
  expect(answer.choices[0]?.message.tool_calls).toHaveLength(1)
  expect(answer).toMatchObject({ nearside: { formFits: false, confidence: 0 } })
})

it.each([
  ['names a tool that nobody offered', call(0, 'call_a', 'delete_all', '{}')],
  ['has arguments that are no JSON', call(0, 'call_a', 'weather', '{"city":')],
  ['has arguments that are no object', call(0, 'call_a', 'weather', '["Bern"]')],
])('lets a call that %s go as the text that it is', async (_, delta) => {
  await serveBehind([delta], 'tool_calls')
  const [choice] = (await served.client.chat.completions.create(ask)).choices
  expect(choice).toMatchObject({ finish_reason: 'stop', message: { content: expect.stringContaining('{') } })
  expect(choice?.message.tool_calls).toBeUndefined()
})

it('gives a call an id where the server gave none that can be used', async () => {
  await serveBehind([call(0, 'two words', 'time', '{}')], 'stop')
  const [choice] = (await served.client.chat.completions.create(ask)).choices
  expect(choice).toMatchObject({
    finish_reason: 'tool_calls',
    message: { tool_calls: [{ id: expect.stringMatching(/^call_[0-9a-f]{24}$/) }] },
  })
})

it('does not hand on a call that the limit cut off', async () => {
  await serveBehind(berne.slice(0, 2), 'length')
  const [choice] = (await served.client.chat.completions.create(ask)).choices
  expect(choice).toMatchObject({ finish_reason: 'length' })
  expect(choice?.message.tool_calls).toBeUndefined()
})

it('says that a filter ended an answer, and does not call that a stop', async () => {
  await serveBehind([{ content: 'I' }], 'content_filter')
  const { tools: _, ...plain } = ask
  const whole = await served.client.chat.completions.create(plain)
  expect(whole.choices[0]).toMatchObject({ finish_reason: 'content_filter', message: { content: 'I' } })
  const reasons: unknown[] = []
  for await (const chunk of await served.client.chat.completions.create({ ...plain, stream: true })) {
    if (chunk.choices[0]?.finish_reason != null) reasons.push(chunk.choices[0].finish_reason)
  }
  expect(reasons).toEqual(['content_filter'])
})

it.each<[Knows, string]>([
  [{ tools: 400 }, 'tools'],
  [{ tools: 500 }, 'tools'],
])('refuses tools where the server behind takes none (%o)', async (knows, param) => {
  await serveBehind([], 'stop', knows)
  await expect(served.client.chat.completions.create(ask)).rejects.toMatchObject({ status: 400, param })
})

it.each<Knows>([{ required: 'ignores' }, { required: 'refuses' }])(
  'offers tools but no forced call where the server behind cannot be held to one (%o)',
  async (knows) => {
    await serveBehind(berne, 'tool_calls', knows)
    const [choice] = (await served.client.chat.completions.create(ask)).choices
    expect(choice?.finish_reason).toBe('tool_calls')
    await expect(
      served.client.chat.completions.create({ ...ask, tool_choice: 'required' }),
    ).rejects.toMatchObject({ status: 400, param: 'tool_choice' })
  },
)
