/** Kept answers as the openai client sees them: what is given again, to whom, in which form, and what is never kept. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { weatherCall } from '../../doubles/answer.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import {
  ask,
  type CachingGateway,
  keyOf,
  openGateway,
  places,
  question,
  saying,
  settled,
  stream,
} from './gateway.ts'

let frontier: Frontier
beforeAll(async () => {
  frontier = await startFrontier()
})
beforeEach(() => frontier.always({}))
afterAll(() => frontier.close())

const asked = (): number => frontier.requests.length

describe.each(Object.keys(places))('the exact cache on %s', (place) => {
  let gateway: CachingGateway
  beforeAll(async () => {
    gateway = await openGateway(place, frontier)
  })
  afterAll(() => gateway[Symbol.asyncDispose]())
  const acme = () => gateway.clientOf('acme')
  const other = () => gateway.clientOf('other')

  it('gives a kept answer again, as an answer of its own that cost nothing', async () => {
    const first = await ask(acme(), question('Again?'))
    const before = asked()
    const again = await ask(acme(), question('Again?'))
    expect([first.cache, again.cache, asked() - before]).toEqual(['miss', 'hit', 0])
    expect(again.data.choices).toEqual(first.data.choices)
    expect(again.data.model).toBe(first.data.model)
    expect(again.data.id).not.toBe(first.data.id)
    expect(again.data.id).toBe(`chatcmpl-${again.headers.get('x-request-id')}`)
    expect(again.data.usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })
    expect(again.headers.get('x-nearside-tier')).toBe('edge')
    expect(again.headers.get('x-nearside-cost')).toBe('0.00')
    expect(again.data.nearside).toMatchObject({
      tier: 'edge',
      model: 'gpt-double',
      reason: 'cached',
      cost: '0.00',
      decision: again.headers.get('x-nearside-decision'),
      cache: { decision: first.headers.get('x-nearside-decision') },
    })
  })

  it.each([
    ['whole', 'as a stream'],
    ['as a stream', 'whole'],
    ['as a stream', 'as a stream'],
  ])('tells %s what is asked again %s', async (first, second) => {
    const body = question(`From ${first} to ${second}?`)
    const one = first === 'whole' ? await ask(acme(), body) : await stream(acme(), body)
    const before = asked()
    const two = second === 'whole' ? await ask(acme(), body) : await stream(acme(), body)
    expect([one.cache, two.cache, asked() - before]).toEqual(['miss', 'hit', 0])
    expect(two.text).toBe(one.text)
    expect(two.text).not.toBe('')
  })

  it('ends a stream that is told again as every stream ends, its usage where it is asked for', async () => {
    const body = question('With usage?')
    await ask(acme(), body)
    const plain = await stream(acme(), body)
    expect([plain.cache, plain.finish]).toEqual(['hit', 'stop'])
    expect(plain.chunks.some(({ usage }) => usage)).toBe(false)
    expect(plain.chunks.at(-1)).toHaveProperty('nearside.reason', 'cached')
    const withUsage = await stream(acme(), body, true)
    expect(withUsage.cache).toBe('hit')
    expect(withUsage.chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 0 } })
  })

  it.each(['whole', 'as a stream'])(
    'keeps tool calls that were made %s, ids and arguments with them',
    async (way) => {
      frontier.always({ answer: { toolCalls: [weatherCall], finishReason: 'tool_calls' } })
      const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: {} } }]
      const body = question(`What is the weather, ${way}?`, { tools })
      if (way === 'whole') await ask(acme(), body)
      else await stream(acme(), body)
      const again = await ask(acme(), body)
      expect(again.cache).toBe('hit')
      const call = { id: weatherCall.id, type: 'function', function: { name: 'get_weather' } }
      expect(again.data.choices[0]).toMatchObject({
        finish_reason: 'tool_calls',
        message: { tool_calls: [call] },
      })
      const streamed = await stream(acme(), body)
      expect(streamed.cache).toBe('hit')
      expect(streamed.chunks[0]?.choices[0]?.delta.tool_calls?.[0]).toMatchObject({ index: 0, ...call })
      const told = streamed.chunks[0]?.choices[0]?.delta.tool_calls?.[0]?.function?.arguments
      expect(told).toBe(weatherCall.pieces.join(''))
    },
  )

  it('TRUST 23: serves no other tenant, no other model, system prompt, tool or unknown field', async () => {
    const body = question('Whose?')
    await ask(acme(), body)
    expect((await ask(acme(), body)).cache).toBe('hit')
    const system = { role: 'system' as const, content: 'You are brief.' }
    const tool = { type: 'function' as const, function: { name: 'get_weather', parameters: {} } }
    const others = [
      question('Whose?', { model: 'gpt-other' }),
      question('Whose?', { messages: [system, ...body.messages] }),
      question('Whose?', { tools: [tool] }),
      question('Whose?', { tools: [tool], tool_choice: 'none' }),
      question('Whose?', { response_format: { type: 'json_object' } }),
      question('Whose?', { max_tokens: 7 }),
      question('Whose?', { temperature: 0 }),
      question('Whose?', { an_unknown_field: 1 } as object),
      question('whose?'),
      question('Whose? '),
    ]
    const before = asked()
    expect((await ask(other(), body)).cache).toBe('miss')
    for (const each of others) expect((await ask(acme(), each)).cache).toBe('miss')
    expect(asked() - before).toBe(others.length + 1)
  })

  it('takes two spellings of one body, and who asks on whose behalf, for the same request', async () => {
    await ask(acme(), question('Spelt?', { max_tokens: 5, user: 'a', metadata: { trace: '1' } }))
    const spelt = { user: 'b', seed: null, max_tokens: 5, ...question('Spelt?') }
    expect((await ask(acme(), spelt)).cache).toBe('hit')
  })

  it('TRUST 23: asks for a key before it looks anything up', async () => {
    const body = question('Secret?')
    await ask(acme(), body)
    for (const key of ['an-invalid-key', '', keyOf('acme').slice(1)]) {
      const refused = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect([refused.status, refused.headers.get('x-nearside-cache')]).toEqual([401, null])
    }
  })

  it.each([
    ['was cut short by its limit', { answer: { finishReason: 'length' } }],
    ['was filtered', { answer: { finishReason: 'content_filter' } }],
    ['is empty', { answer: { pieces: [] } }],
  ] as const)('TRUST 23: does not keep an answer that %s', async (what, script) => {
    for (const tell of [ask, stream]) {
      const body = question(`Kept if it ${what}, ${tell.name}?`)
      frontier.always({ answer: { ...script.answer } } as Parameters<Frontier['always']>[0])
      await tell(acme(), body)
      frontier.always({})
      expect((await tell(acme(), body)).cache).toBe('miss')
    }
  })

  it.each(['cut', 'reset', 'end-without-done', 'error-event', 'malformed-chunk'] as const)(
    'TRUST 12: keeps nothing of a stream that its upstream spoilt: %s',
    async (fault) => {
      const body = question(`Spoilt by ${fault}?`)
      frontier.next({ fault, afterChunks: 2 })
      await stream(acme(), body).catch(() => {})
      await settled()
      expect((await ask(acme(), body)).cache).toBe('miss')
    },
  )

  it('keeps nothing of a stream whose client left', async () => {
    const body = question('Left?')
    frontier.next({ fault: 'slow-chunks', delayMs: 50 })
    const left = await acme().chat.completions.create({ ...body, stream: true })
    for await (const _chunk of left) break
    left.controller.abort()
    await settled()
    expect((await ask(acme(), body)).cache).toBe('miss')
  })

  it('asks anew where the caller says off, and keeps nothing of that', async () => {
    const body = question('Off?')
    const off = { 'x-nearside-cache': 'off' }
    expect((await ask(acme(), body, off)).cache).toBe('bypass')
    expect((await ask(acme(), body)).cache).toBe('miss')
    expect((await ask(acme(), body, off)).cache).toBe('bypass')
    await expect(ask(acme(), body, { 'x-nearside-cache': 'on' })).rejects.toMatchObject({ status: 400 })
  })

  it('carries out each time what asks for chance, or for something to be done', async () => {
    const bodies = [
      question('Chance?', { temperature: 0.7 }),
      question('Chance?', { n: 2 }),
      question('Chance?', { store: true }),
      question('Chance?', { web_search_options: {} }),
    ]
    for (const body of bodies) {
      await ask(acme(), body)
      expect((await ask(acme(), body)).cache).toBe('bypass')
    }
    const seeded = question('Chance?', { temperature: 0.7, seed: 4 })
    await ask(acme(), seeded)
    expect((await ask(acme(), seeded)).cache).toBe('hit')
  })

  it.each(['never-leave', 'sensitive', 'contractual'])(
    'TRUST 25: neither looks up nor keeps what is marked %s where it may not be kept',
    async (level) => {
      const marked = { 'x-nearside-privacy': level }
      const body = question(`Marked ${level}?`)
      await ask(acme(), body, marked).catch(() => {})
      const second = await ask(acme(), body, marked).catch((error) => error.headers as Headers)
      const cache = second instanceof Headers ? second.get('x-nearside-cache') : second.cache
      expect(cache).not.toBe('hit')
      expect((await ask(acme(), body)).cache).toBe('miss')
    },
  )

  it('forgets one tenant’s answers when it asks for that, and no other’s', async () => {
    const body = question('Forgotten?')
    await ask(acme(), body)
    await ask(other(), body)
    const purge = await fetch(`${gateway.url}/v1/cache`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${keyOf('acme')}` },
    })
    expect(await purge.json()).toMatchObject({ object: 'nearside.cache', account: 'acme', purged: true })
    expect((await ask(acme(), body)).cache).toBe('miss')
    expect((await ask(acme(), body)).cache).toBe('hit')
    expect((await ask(other(), body)).cache).toBe('hit')
    const stranger = await fetch(`${gateway.url}/v1/cache`, { method: 'DELETE' })
    expect(stranger.status).toBe(401)
  })

  it('leaves to the edge what the edge works out by itself', async () => {
    const told = await ask(acme(), question('What is 17 * 23?', { model: 'auto' }))
    expect([told.text, told.cache]).toEqual(['391', null])
  })

  it('gives a kept answer while the upstream is down', async () => {
    const body = question('Down?')
    frontier.next(saying('Up and well.'))
    await ask(acme(), body)
    frontier.always({ fault: 'status', status: 503 })
    expect((await ask(acme(), body)).text).toBe('Up and well.')
    frontier.always({})
  })
})

it.each(Object.keys(places))('forgets an answer when its time is over, on %s', async (place) => {
  await using gateway = await openGateway(place, frontier, { NEARSIDE_CACHE_SECONDS: '1' })
  const openai = gateway.clientOf('acme')
  await ask(openai, question('Soon over?'))
  expect((await ask(openai, question('Soon over?'))).cache).toBe('hit')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  expect((await ask(openai, question('Soon over?'))).cache).toBe('miss')
})

it.each(Object.keys(places))('keeps a stream whose upstream is let finish, on %s', async (place) => {
  await using gateway = await openGateway(place, frontier, { NEARSIDE_ON_HANG_UP: 'finish' })
  const openai = gateway.clientOf('acme')
  const first = await stream(openai, question('Finished?'))
  const again = await stream(openai, question('Finished?'))
  expect([first.cache, again.cache, again.text]).toEqual(['miss', 'hit', first.text])
  frontier.next({ fault: 'cut', afterChunks: 2 })
  await stream(openai, question('Cut?')).catch(() => {})
  expect((await ask(openai, question('Cut?'))).cache).toBe('miss')
})

it.each(Object.keys(places))('answers a Responses request from what is kept of it, on %s', async (place) => {
  await using gateway = await openGateway(place, frontier)
  const openai = gateway.clientOf('acme')
  const respond = () =>
    openai.responses.create({ model: 'gpt-double', input: 'In other clothes?' }).withResponse()
  const first = await respond()
  await settled()
  const again = await respond()
  expect(first.response.headers.get('x-nearside-cache')).toBe('miss')
  expect(again.response.headers.get('x-nearside-cache')).toBe('hit')
  expect(again.data.output_text).toBe(first.data.output_text)
  expect(again.data.id).not.toBe(first.data.id)
})

it.each(Object.keys(places))('refuses to start without a secret to seal with, on %s', async (place) => {
  const started = openGateway(place, frontier, { NEARSIDE_SEAL_SECRET: '' })
  const refused = await started.then(
    async (gateway) => {
      const ready = await fetch(`${gateway.url}/ready`)
      await gateway[Symbol.asyncDispose]()
      return await ready.text()
    },
    (error: unknown) => String(error),
  )
  expect(refused).toContain('NEARSIDE_CACHE')
  expect(refused).toContain('NEARSIDE_SEAL_SECRET')
})
