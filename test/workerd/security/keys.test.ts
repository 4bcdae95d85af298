/** Who is served, and how soon the others learn that they are not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { rawRequest } from '../../harness/raw.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { asFrontier, asLocal, callerKey, chatPath, digestOf, get, keysOf } from './requests.ts'
import { statusOf } from './status-of.ts'

describe.each(places)('a caller, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier
  let gateway: GatewayUnderTest

  beforeAll(async () => {
    running = await place.start()
  })
  beforeEach(async () => {
    frontier = await startFrontier()
    gateway = await running.open({ options: { keys: keysOf(), frontier: asFrontier(frontier) } })
    return () => frontier.close()
  })
  afterAll(() => running.close())

  it('TRUST 24: without a key, with a wrong one or in another scheme, gets 401 before its body is read', async () => {
    const mount = new URL(gateway.url).pathname
    const credentials = [
      [],
      ['authorization:'],
      ['authorization: Bearer'],
      ['authorization: Bearer '],
      ['authorization: Bearer wrong'],
      [`authorization: Bearer ${callerKey.slice(0, -1)}`],
      [`authorization: Bearer ${callerKey}x`],
      [`authorization: Bearer ${callerKey.toUpperCase()}`],
      [`authorization: Bearer ${digestOf(callerKey)}`],
      [`authorization: Basic ${Buffer.from(`acme:${callerKey}`).toString('base64')}`],
      [`authorization: ${callerKey}`],
      [`authorization: Token ${callerKey}`],
      [`authorization: Digest ${callerKey}`],
      [`x-api-key: ${callerKey}`],
      [`api-key: ${callerKey}`],
      [`cookie: authorization=Bearer ${callerKey}`],
    ]
    for (const lines of credentials) {
      for (const route of [chatPath, '/v1/route']) {
        const answer = await rawRequest(
          running.url,
          [
            `POST ${mount}${route} HTTP/1.1`,
            'host: gateway.test',
            'content-type: application/json',
            'content-length: 1000000',
            ...lines,
            '',
            '',
          ].join('\r\n'),
        )
        expect([lines, answer.status, answer.ending]).toEqual([lines, 401, 'complete'])
        expect(JSON.parse(answer.body).error.code).toBe('invalid_api_key')
        expect(answer.body).not.toContain(callerKey.slice(0, -1))
      }
    }
    for (const path of ['/v1/models', '/v1/budget', '/metrics']) {
      expect((await get(gateway.url, path, { authorization: 'Bearer wrong' })).status).toBe(401)
    }
    expect(frontier.requests).toEqual([])
  })

  it('TRUST 24: with its key is served, whichever of many it is and however the scheme is spelt', async () => {
    const keys = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [digestOf(`key-${i}`).toUpperCase(), { tenant: `tenant-${i}` }]),
    )
    const many = await running.open({ options: { keys, frontier: asFrontier(frontier) } })
    for (const [scheme, i] of [
      ['Bearer', 0],
      ['bearer', 25],
      ['BEARER', 49],
    ] as const) {
      const answer = await get(many.url, '/v1/budget', { authorization: `${scheme} key-${i}` })
      expect([answer.status, JSON.parse(answer.text).account]).toEqual([200, `tenant-${i}`])
    }
  })

  it('TRUST 24: an open gateway serves this machine only, by whatever name it is called', async () => {
    const open = await running.open({ options: { open: 'loopback', local: asLocal(frontier) } })
    const mount = new URL(open.url).pathname
    const ask = async (host: string): Promise<number> =>
      (
        await rawRequest(
          running.url,
          `GET ${mount}/v1/models HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-host: localhost\r\n\r\n`,
        )
      ).status
    for (const host of [
      '127.0.0.1',
      '127.0.0.1:8787',
      'localhost',
      'LOCALHOST:8787',
      '[::1]:8787',
      '127.9.9.9',
    ]) {
      expect([host, await ask(host)]).toEqual([host, 200])
    }
    const strangers = [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'evil-localhost',
      '0.0.0.0',
      '10.0.0.1',
      '169.254.169.254',
    ]
    for (const host of strangers) expect([host, await ask(host)]).toEqual([host, 401])
    // What is no name of a host at all is refused, here or before it comes here.
    for (const host of ['[::ffff:10.0.0.1]', '[', 'a b', 'localhost@evil.example']) {
      const status = await statusOf(running.url, `GET ${mount}/v1/models HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
      expect([host, status]).toEqual([host, expect.toBeOneOf([400, 401])])
    }
  })
})
