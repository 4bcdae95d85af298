import type OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toolModel } from './model-folders.ts'
import { ask, type Served, serveForTest, serveScript } from './served-runtime.ts'

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string', maxLength: 12 },
        days: { type: 'integer', minimum: 1, maximum: 7 },
      },
      required: ['city', 'days'],
      additionalProperties: false,
    },
  },
}
const call = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}\n</tool_call>'
/** What a template must speak of for its model to know tools; the scripted engine renders none. */
const taught = '{% if tools %}<tool_call>{% endif %}'

type WithNearside = { readonly nearside: { readonly confidence: number | null; readonly formFits?: boolean } }

describe('a real model that is held to a form', () => {
  const model = toolModel()
  let served: Served
  beforeAll(async () => {
    served = await serveForTest({ model: model.folder, threads: 1 })
    await served.ready
  })
  afterAll(async () => {
    await served.close()
    model.remove()
  })

  it.each([0, 1])(
    'answers in the shape of a schema, whatever it knows (temperature %d)',
    async (temperature) => {
      const schema = {
        type: 'object',
        properties: {
          title: { type: 'string', minLength: 1, maxLength: 20 },
          kind: { enum: ['question', 'statement'] },
          score: { type: 'integer', minimum: 0, maximum: 10 },
          when: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
        },
        required: ['title', 'kind', 'score', 'when'],
        additionalProperties: false,
      }
      for (let seed = 1; seed <= 5; seed++) {
        const answer = await served.client.chat.completions.create({
          ...ask,
          ...{ seed, temperature, max_tokens: 200 },
          response_format: { type: 'json_schema', json_schema: { name: 'note', strict: true, schema } },
        })
        const [choice] = answer.choices
        expect(choice?.finish_reason).toBe('stop')
        const value = JSON.parse(choice!.message.content!) as Record<string, unknown>
        expect(Object.keys(value)).toEqual(['title', 'kind', 'score', 'when'])
        expect(['question', 'statement']).toContain(value.kind)
        expect(value.score).toBeTypeOf('number')
        expect((answer as unknown as WithNearside).nearside.formFits).toBe(true)
      }
    },
  )

  it('says so where its limit cuts the form short', async () => {
    const answer = await served.client.chat.completions.create({
      ...ask,
      max_tokens: 3,
      response_format: { type: 'json_object' },
    })
    expect(answer.choices[0]?.finish_reason).toBe('length')
    expect((answer as unknown as WithNearside).nearside).toMatchObject({ formFits: false, confidence: 0 })
  })

  it.each(['response_format', 'tools'])(
    'refuses %s with more alternatives than can be followed before a stream begins',
    async (param) => {
      const options = Array.from({ length: 1_000 }, (_, index) => ({
        type: 'object',
        properties: { [`p${index}`]: { type: 'integer' } },
      }))
      const schema = { type: 'object', properties: { it: { anyOf: options } }, required: ['it'] }
      const asked =
        param === 'tools'
          ? {
              tools: [{ type: 'function' as const, function: { name: 'f', parameters: schema } }],
              tool_choice: 'required' as const,
            }
          : { response_format: { type: 'json_schema' as const, json_schema: { name: 'wide', schema } } }
      await expect(
        served.client.chat.completions.create({ ...ask, ...asked, stream: true }),
      ).rejects.toMatchObject({ status: 400, param, type: 'invalid_request_error' })
    },
  )

  it('calls a tool where it must, with arguments of the shape that the tool declares', async () => {
    const answer = await served.client.chat.completions.create({
      ...ask,
      ...{ tools: [weather], tool_choice: 'required', parallel_tool_calls: false, max_tokens: 300 },
    })
    const [choice] = answer.choices
    expect(choice?.finish_reason).toBe('tool_calls')
    const [made] = choice!.message.tool_calls!
    expect(made).toMatchObject({ type: 'function', function: { name: 'get_weather' } })
    const given = JSON.parse((made as { function: { arguments: string } }).function.arguments) as {
      days: number
    }
    expect(given.days).toBeGreaterThanOrEqual(1)
    expect(given.days).toBeLessThanOrEqual(7)
  })

  it('takes a conversation with calls and their answers', async () => {
    const answer = await served.client.chat.completions.create({
      model: 'local',
      tools: [weather],
      max_tokens: 5,
      messages: [
        { role: 'user', content: 'What is the weather in Paris?' },
        {
          role: 'assistant',
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Rain.' },
      ],
    })
    expect(answer.choices).toHaveLength(1)
  })
})

describe('calls in an answer', () => {
  async function said(text: string, stream: boolean): Promise<OpenAI.ChatCompletion.Choice> {
    const served = await serveScript(() => text.match(/.{1,4}/gs)!, {
      scripted: { model: { chatTemplate: taught } },
    })
    try {
      const asked = { ...ask, tools: [weather] }
      const answer = stream
        ? await served.client.chat.completions.stream(asked).finalChatCompletion()
        : await served.client.chat.completions.create(asked)
      return answer.choices[0]!
    } finally {
      await served.close()
    }
  }

  it.each([true, false])('are told as calls and not as text (streamed: %s)', async (stream) => {
    const { message, finish_reason: reason } = await said(`I look. ${call}`, stream)
    expect(reason).toBe('tool_calls')
    expect(message.content?.trim()).toBe('I look.')
    expect(message.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris","days":2}' } },
    ])
    expect(message.tool_calls![0]!.id).toMatch(/^call_[0-9a-f]{24}$/)
  })

  it('that name no tool of the request are text', async () => {
    const text = call.replace('get_weather', 'launch')
    expect(await said(text, false)).toMatchObject({ finish_reason: 'stop', message: { content: text } })
  })

  it('run through the client’s own loop of tools', async () => {
    let turn = 0
    const served = await serveScript(() => (turn++ === 0 ? [call] : ['It', ' rains.']), {
      scripted: { model: { chatTemplate: taught } },
    })
    const asked: string[] = []
    const runner = served.client.chat.completions.runTools({
      ...ask,
      tools: [
        {
          type: 'function',
          function: {
            ...(weather.function as { name: string; parameters: object }),
            description: 'The weather',
            parse: JSON.parse,
            function: ({ city }: { city: string }) => {
              asked.push(city)
              return 'Rain.'
            },
          },
        },
      ],
    })
    expect(await runner.finalContent()).toBe('It rains.')
    expect(asked).toEqual(['Paris'])
    await served.close()
  })
})

describe('an answer of the wrong form', () => {
  it('is told as one that nobody should be sure of', async () => {
    const served = await serveScript(() => ['not', ' json'])
    const answer = await served.client.chat.completions.create({
      ...ask,
      response_format: { type: 'json_object' },
    })
    expect((answer as unknown as WithNearside).nearside).toMatchObject({ formFits: false, confidence: 0 })
    const free = await served.client.chat.completions.create(ask)
    expect((free as unknown as WithNearside).nearside.formFits).toBeUndefined()
    await served.close()
  })
})
