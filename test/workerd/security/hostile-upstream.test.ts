/** What an upstream that was taken over can do to the gateway and its callers: fail, and nothing else. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type Attack, chunk, head, type HostileNode, lastChunk, startHostileNode } from './hostile-node.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { brokenOff, chatBody, type Heard, keysOf, post } from './requests.ts'

const mebibyte = 2 ** 20
/** The largest answer that is read whole has 16 MiB; text in memory takes up to two bytes a character. */
const allowedMib = 160

const json = 'application/json'
const sse = 'text/event-stream'
const chunked = 'transfer-encoding: chunked'

function answerOf(fields: Record<string, unknown>): string {
  const message = { role: 'assistant', content: 'hello' }
  return JSON.stringify({ id: 'x', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], ...fields })
}

function deltaOf(content: string, fields: Record<string, unknown> = {}, finish: string | null = null): string {
  return JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content }, finish_reason: finish }], ...fields })
}

const whole = (text: string): Attack => () => [head(json, `content-length: ${Buffer.byteLength(text)}`), text]
const events = (...data: readonly string[]): Attack => () => [head(sse, chunked), ...data.map((each) => chunk(`data: ${each}\n\n`)), lastChunk]

function* endless(first: string, piece: string | Uint8Array): Generator<string | Uint8Array> {
  yield first
  for (;;) yield piece
}

describe.each(places)('an upstream that was taken over, $name', (place) => {
  let running: RunningPlace
  let double: Frontier
  let node: HostileNode
  let gateway: GatewayUnderTest
  let finishing: GatewayUnderTest

  beforeAll(async () => {
    running = await place.start()
    double = await startFrontier()
    node = await startHostileNode()
    const options = {
      keys: keysOf(),
      local: { url: `${node.url}/v1`, key: node.key, models: ['small-double'], zone: 'premises' },
      frontier: { url: `${double.url}/v1`, key: double.key, models: [{ model: 'gpt-double', price: 'free' }] },
      deadlines: { firstTokenMs: 3_000, idleMs: 3_000, totalMs: 10_000 },
      retry: { attempts: 1 },
      // Each attack is seen, whatever became of the one before.
      breaker: { failures: 1_000 },
    }
    gateway = await running.open({ options })
    finishing = await running.open({ options: { ...options, onHangUp: 'finish' } })
  })
  afterAll(() => Promise.all([running.close(), double.close(), node.close()]))

  const ask = (stream: boolean, url = gateway.url): Promise<Heard> => post(url, chatBody({ model: 'local', stream }))

  /** A clear error in OpenAI's shape, or, where a stream had begun, one as its last event or an abort. */
  function expectClearFailure(answer: Heard): void {
    if (answer.status === 200) {
      expect(answer.text === brokenOff || answer.text.includes('{"error":{')).toBe(true)
      expect(answer.text).not.toContain('[DONE]')
      return
    }
    expect([answer.status, answer.error]).toEqual([502, { message: expect.stringMatching(/local|upstream/i), type: 'server_error', param: null, code: 'tier_failed' }])
  }

  it.each([
    ['an answer of 17 MiB', false, whole(answerOf({ padding: 'p'.repeat(17 * mebibyte) }))],
    ['an answer that never ends', false, () => endless(head(json, chunked), chunk(' '.repeat(mebibyte)))],
    ['an answer that claims to be short and never ends', false, () => endless(head(json, 'content-length: 10', chunked), chunk(' '.repeat(mebibyte)))],
    ['an error that never ends', false, () => endless(head(json, chunked).replace('200 OK', '500 Oh'), chunk('e'.repeat(mebibyte)))],
    ['a compressed answer that unpacks to 100 MiB', false, () => [head(json, 'content-encoding: gzip', `content-length: ${bomb.length}`), bomb]],
    ['an event that never ends', true, () => endless(head(sse, chunked), chunk('d'.repeat(mebibyte)))],
    ['an event whose line never ends', true, () => endless(head(sse, chunked) + chunkText('data: {"a":"'), chunk('d'.repeat(mebibyte)))],
    ['an event of endlessly many lines', true, () => endless(head(sse, chunked), chunk('data: x\n'.repeat(100_000)))],
    ['a compressed event that unpacks to 100 MiB', true, () => [head(sse, 'content-encoding: gzip', `content-length: ${bomb.length}`), bomb]],
  ] as const)('TRUST 35: cannot exhaust memory with %s', async (_, stream, attack) => {
    node.attackWith(attack)
    const before = await running.residentMib()
    expectClearFailure(await ask(stream))
    expect((await running.residentMib()) - before).toBeLessThan(allowedMib)
    await node.alone()
  })

  it.each([
    ['chunks that are none', () => [head(json, chunked), 'zz\r\nhello\r\n']],
    ['chunks of a negative length', () => [head(json, chunked), '-5\r\nhello\r\n']],
    ['chunks that are cut', () => [head(json, chunked), 'ffff\r\n{"choices":']],
    ['a length that is not kept', () => [head(json, 'content-length: 1000'), '{"choices":']],
    ['no HTTP', () => ['hello, I am a node\r\n\r\n']],
    ['a status of its own', () => [head(json, 'content-length: 0').replace('200 OK', '999 Oh')]],
    ['nothing at all', () => []],
    ['half a megabyte of headers', () => [head(json, ...Array.from({ length: 64 }, (_, i) => `x-${i}: ${'h'.repeat(8_192)}`), 'content-length: 2'), '{}']],
    ['a line feed inside a header', () => [head(json, 'x-a: b\nx-nearside-tier: forged', 'content-length: 2'), '{}']],
    ['JSON that is none', whole('{"choices":[')],
    ['JSON that is no answer', whole('{"choices":5}')],
    ['JSON with a choice that is none', whole('{"choices":[null]}')],
    ['an error in place of an answer', whole('{"error":{"message":"give me your key"}}')],
    ['UTF-8 that is none', () => [head(json, 'content-length: 4'), Buffer.from([0x7b, 0xff, 0xfe, 0x7d])]],
  ] as const satisfies readonly (readonly [string, Attack])[])('TRUST 35: is told as a failure when it answers with %s', async (_, attack) => {
    node.attackWith(attack)
    for (const stream of [false, true]) {
      const answer = await ask(stream)
      expectClearFailure(answer)
      expect(answer.text).not.toContain('give me')
      expect([...answer.headers.values()].join()).not.toContain('forged')
    }
  })

  it('TRUST 35: cannot overflow the stack with an answer nested a million levels deep', async () => {
    node.attackWith(whole(`{"nearside":0,"choices":[],"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`))
    // Some engines write back any depth that they read.
    const answer = await ask(false)
    if (answer.status === 200) expect(answer.text).toContain('"nearside":{"decision"')
    else expectClearFailure(answer)
    // As a stream the answer is written anew, and what nobody reads is not in it.
    expect((await ask(true)).text).not.toContain('[[')
  })

  it('TRUST 35: cannot send the gateway, the key or the caller elsewhere', async () => {
    for (const status of ['301 Moved', '302 Found', '303 See Other', '307 Temporary', '308 Permanent', '300 Choices']) {
      for (const to of [`${double.url}/v1/chat/completions`, '//elsewhere.invalid/', 'file:///etc/passwd', '/v1/models']) {
        node.attackWith(() => [`HTTP/1.1 ${status}\r\nlocation: ${to}\r\nrefresh: 0; url=${to}\r\ncontent-length: 0\r\n\r\n`])
        const answer = await ask(false)
        expectClearFailure(answer)
        expect(answer.headers.get('location')).toBeNull()
        expect(node.asked).toBe(1)
      }
    }
    expect(double.requests).toEqual([])
  })

  it('TRUST 35: cannot put headers on the answer', async () => {
    const forged = [
      'x-nearside-tier: frontier', 'x-nearside-model: gpt-9', 'x-nearside-cost: 0.00', 'x-nearside-degraded: none',
      'x-nearside-decision: forged', 'x-nearside-load: queue=0;slots=0/64', 'x-request-id: forged', 'set-cookie: a=b',
      'access-control-allow-origin: *', 'www-authenticate: Basic', 'location: /', 'alt-svc: h2=":443"', 'x-should-retry: true',
      'strict-transport-security: max-age=1', 'link: </x>; rel=preload', 'server: forged', 'retry-after: 86400', 'clear-site-data: "*"',
    ]
    node.attackWith(() => [head(json, ...forged, `content-length: ${answerOf({}).length}`), answerOf({})])
    const answer = await ask(false)
    expect(answer.status).toBe(200)
    const own = [...answer.headers.keys()].filter((name) => !['connection', 'date', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name))
    expect(own.toSorted()).toEqual([
      'content-type', 'x-nearside-confidence', 'x-nearside-cost', 'x-nearside-decision', 'x-nearside-model', 'x-nearside-overhead-ms',
      'x-nearside-reason', 'x-nearside-strategy', 'x-nearside-tier', 'x-request-id',
    ])
    expect([answer.headers.get('x-nearside-tier'), answer.headers.get('x-nearside-model')]).toEqual(['local', 'small-double'])
    expect(JSON.stringify([...answer.headers])).not.toContain('forged')
  })

  it('TRUST 35: cannot put headers on an answer as a frontier either, streamed or not, read or passed on', async () => {
    double.always({ fault: 'hostile-headers' })
    for (const { url } of [gateway, finishing]) {
      for (const stream of [false, true]) {
        const answer = await post(url, chatBody({ stream }))
        expect(answer.status).toBe(200)
        expect(JSON.stringify([...answer.headers])).not.toMatch(/forged|cookie|elsewhere|__cf_bm|org-double/)
        expect(answer.headers.get('x-nearside-tier')).toBe('frontier')
      }
    }
    double.always({ fault: 'encoding-lie' })
    for (const { url } of [gateway, finishing]) {
      for (const stream of [false, true]) {
        const answer = await post(url, chatBody({ stream }))
        expect(answer.headers.get('content-encoding')).toBeNull()
      }
    }
    double.always({})
  })

  const lie = { tier: 'frontier', model: 'gpt-9', cost: '0.00', decision: 'forged', confidence: 'forged', joules: -5, answer_confidence: 7 }

  it.each([
    ['in an answer', false, whole(answerOf({ nearside: lie }))],
    ['in an answer, spelt with escapes', false, whole(answerOf({ near: lie }).replace('"near"', '"\\u006eearsid\\u0065"'))],
    ['in an answer, twice', false, whole(answerOf({ nearside: lie }).replace('{', `{"nearside":${JSON.stringify(lie)},`))],
    ['in each chunk', true, events(deltaOf('a', { nearside: lie }), deltaOf('b', { nearside: lie }), deltaOf('', { nearside: lie }, 'stop'), '[DONE]')],
    ['in each chunk, spelt with escapes', true, events(...[deltaOf('a', { near: lie }), deltaOf('', { near: lie }, 'stop')].map((text) => text.replace('"near"', '"ne\\u0061rside"')), '[DONE]')],
    ['in a chunk of usage', true, events(deltaOf('a'), deltaOf('', {}, 'stop'), JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 }, nearside: lie }), '[DONE]')],
    ['behind the end', true, events(deltaOf('a'), deltaOf('', {}, 'stop'), '[DONE]', deltaOf('z', { nearside: lie }))],
  ] as const)('TRUST 35: cannot speak for the gateway %s', async (_, stream, attack) => {
    node.attackWith(attack)
    const answer = await ask(stream)
    expect(answer.status).toBe(200)
    const said = answer.text.match(/\{.*\}|\{[\s\S]*\}/g)?.map((text) => (JSON.parse(text) as { nearside?: Record<string, unknown> }).nearside) ?? []
    const own = said.filter((member) => member !== undefined)
    expect(own).toHaveLength(1)
    expect(said.at(-1)).toEqual(own[0])
    expect(own[0]).toMatchObject({ tier: 'local', model: 'small-double' })
    expect(answer.text).not.toMatch(/forged|gpt-9|joules|answer_confidence/)
  })

  it('TRUST 35: may say how sure it is and what it cost in joules, in numbers that can be', async () => {
    node.attackWith(whole(answerOf({ nearside: { confidence: 0.75, joules: 12.5 } })))
    expect(JSON.parse((await ask(false)).text).nearside).toMatchObject({ answer_confidence: 0.75, joules: 12.5 })
  })

  it('TRUST 35: leaves nothing behind that nobody handled', async () => {
    expect((await running.logs()).filter((line) => line.startsWith('unhandled rejection'))).toEqual([])
  })
})

const bomb = gzipSync(Buffer.alloc(100 * mebibyte, ' '))

function chunkText(text: string): string {
  return Buffer.from(chunk(text)).toString('latin1')
}
