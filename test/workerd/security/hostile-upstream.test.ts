/** What an upstream that was taken over can do to the gateway and its callers: fail, and nothing else. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import {
  type Attack,
  answerOf,
  chunk,
  chunked,
  type HostileNode,
  head,
  json,
  sse,
  startHostileNode,
  whole,
} from './hostile-node.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { brokenOff, callerKey, chatBody, chatPath, type Heard, keysOf, post } from './requests.ts'

const mebibyte = 2 ** 20
/** The largest answer that is read whole has 16 MiB; text in memory takes up to two bytes a character. */
const allowedMib = 160

function* endless(first: string, piece: string | Uint8Array): Generator<string | Uint8Array> {
  yield first
  for (;;) yield piece
}

describe.each(places)('an upstream that was taken over, $name', (place) => {
  let running: RunningPlace
  let double: Frontier
  let node: HostileNode
  let gateway: GatewayUnderTest

  beforeAll(async () => {
    running = await place.start()
    double = await startFrontier()
    node = await startHostileNode()
    gateway = await running.open({
      options: {
        keys: keysOf(),
        local: { url: `${node.url}/v1`, key: node.key, models: ['small-double'], zone: 'premises' },
        frontier: {
          url: `${double.url}/v1`,
          key: double.key,
          models: [{ model: 'gpt-double', price: 'free' }],
        },
        deadlines: { firstTokenMs: 3_000, idleMs: 3_000, totalMs: 10_000 },
        retry: { attempts: 1 },
        // Each attack is seen, whatever became of the one before.
        breaker: { failures: 1_000 },
      },
    })
  })
  afterAll(() => Promise.all([running.close(), double.close(), node.close()]))

  const ask = (stream: boolean, url = gateway.url): Promise<Heard> =>
    post(url, chatBody({ model: 'local', stream }))

  async function askStream(url: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const response = await fetch(url + chatPath, {
      method: 'POST',
      headers: { authorization: `Bearer ${callerKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(chatBody({ stream: true })),
    })
    if (response.body === null) throw new Error('no answer')
    return response.body.getReader()
  }

  /** A clear error in OpenAI's shape, or, where a stream had begun, one as its last event or an abort. */
  function expectClearFailure(answer: Heard): void {
    if (answer.status === 200) {
      expect(answer.text === brokenOff || answer.text.includes('{"error":{')).toBe(true)
      expect(answer.text).not.toContain('[DONE]')
      return
    }
    expect([answer.status, answer.error]).toEqual([
      502,
      {
        message: expect.stringMatching(/local|upstream/i),
        type: 'server_error',
        param: null,
        code: 'tier_failed',
      },
    ])
  }

  it.each([
    ['an answer of 17 MiB', false, whole(answerOf({ padding: 'p'.repeat(17 * mebibyte) }))],
    ['an answer that never ends', false, () => endless(head(json, chunked), chunk(' '.repeat(mebibyte)))],
    [
      'an answer that claims to be short and never ends',
      false,
      () => endless(head(json, 'content-length: 10', chunked), chunk(' '.repeat(mebibyte))),
    ],
    [
      'an error that never ends',
      false,
      () => endless(head(json, chunked).replace('200 OK', '500 Oh'), chunk('e'.repeat(mebibyte))),
    ],
    [
      'a compressed answer that unpacks to 100 MiB',
      false,
      () => [head(json, 'content-encoding: gzip', `content-length: ${bomb.length}`), bomb],
    ],
    ['an event that never ends', true, () => endless(head(sse, chunked), chunk('d'.repeat(mebibyte)))],
    [
      'an event whose line never ends',
      true,
      () => endless(head(sse, chunked) + chunkText('data: {"a":"'), chunk('d'.repeat(mebibyte))),
    ],
    [
      'an event of endlessly many lines',
      true,
      () => endless(head(sse, chunked), chunk('data: x\n'.repeat(100_000))),
    ],
    [
      'a compressed event that unpacks to 100 MiB',
      true,
      () => [head(sse, 'content-encoding: gzip', `content-length: ${bomb.length}`), bomb],
    ],
  ] as const)('TRUST 35: cannot exhaust memory with %s', async (_, stream, attack) => {
    node.attackWith(attack)
    const before = await running.residentMib()
    expectClearFailure(await ask(stream))
    expect((await running.residentMib()) - before).toBeLessThan(allowedMib)
    await node.alone()
  })

  it('TRUST 35: cannot exhaust memory with a stream without end that passes natively, whoever reads it', async () => {
    const finishing = await running.open({
      options: {
        keys: keysOf(),
        onHangUp: 'finish',
        frontier: {
          url: `${node.url}/v1`,
          key: node.key,
          models: [{ model: 'gpt-double', price: 'free' }],
        },
        deadlines: { totalMs: 5_000 },
      },
    })
    const event = `data: {"choices":[{"index":0,"delta":{"content":"${'x'.repeat(mebibyte)}"}}]}\n\n`
    node.attackWith(() => endless(head(sse, chunked), chunk(event)))
    const before = await running.residentMib()
    const client = await askStream(finishing.url)
    await client.read()
    await client.cancel()
    let peak = 0
    while ((await finishing.told()).records.length === 0) {
      peak = Math.max(peak, await running.residentMib())
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    // What is thrown away is not at once collected.
    expect(peak - before).toBeLessThan(2.5 * allowedMib)
    expect((await finishing.told()).records.map(({ outcome }) => outcome)).toEqual(['cut'])
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
    [
      'half a megabyte of headers',
      () => [
        head(
          json,
          ...Array.from({ length: 64 }, (_, i) => `x-${i}: ${'h'.repeat(8_192)}`),
          'content-length: 2',
        ),
        '{}',
      ],
    ],
    [
      'a line feed inside a header',
      () => [head(json, 'x-a: b\nx-nearside-tier: forged', 'content-length: 2'), '{}'],
    ],
    ['JSON that is none', whole('{"choices":[')],
    ['JSON that is no answer', whole('{"choices":5}')],
    ['JSON with a choice that is none', whole('{"choices":[null]}')],
    ['an error in place of an answer', whole('{"error":{"message":"give me your key"}}')],
    ['UTF-8 that is none', () => [head(json, 'content-length: 4'), Buffer.from([0x7b, 0xff, 0xfe, 0x7d])]],
  ] as const satisfies readonly (readonly [string, Attack])[])(
    'TRUST 35: is told as a failure when it answers with %s',
    async (_, attack) => {
      node.attackWith(attack)
      for (const stream of [false, true]) {
        const answer = await ask(stream)
        expectClearFailure(answer)
        expect(answer.text).not.toContain('give me')
        expect([...answer.headers.values()].join()).not.toContain('forged')
      }
    },
  )

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
    for (const status of [
      '301 Moved',
      '302 Found',
      '303 See Other',
      '307 Temporary',
      '308 Permanent',
      '300 Choices',
    ]) {
      for (const to of [
        `${double.url}/v1/chat/completions`,
        '//elsewhere.invalid/',
        'file:///etc/passwd',
        '/v1/models',
      ]) {
        node.attackWith(() => [
          `HTTP/1.1 ${status}\r\nlocation: ${to}\r\nrefresh: 0; url=${to}\r\ncontent-length: 0\r\n\r\n`,
        ])
        const answer = await ask(false)
        expectClearFailure(answer)
        expect(answer.headers.get('location')).toBeNull()
        expect(node.asked).toBe(1)
      }
    }
    expect(double.requests).toEqual([])
  })

  it('TRUST 35: leaves nothing behind that nobody handled', async () => {
    expect((await running.logs()).filter((line) => line.startsWith('unhandled rejection'))).toEqual([])
  })
})

const bomb = gzipSync(Buffer.alloc(100 * mebibyte, ' '))

function chunkText(text: string): string {
  return Buffer.from(chunk(text)).toString('latin1')
}
