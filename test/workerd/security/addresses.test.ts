/** No value of a caller's decides where a request goes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { rawRequest } from '../../harness/raw.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { asFrontier, callerKey, chatBody, chatPath, keysOf, post } from './requests.ts'
import { addressHeaders, spellingsOf } from './spellings.ts'

describe.each(places)('an address that a caller gives, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier
  let elsewhere: Frontier
  let gateway: GatewayUnderTest

  beforeAll(async () => {
    running = await place.start()
    elsewhere = await startFrontier()
  })
  beforeEach(async () => {
    frontier = await startFrontier()
    gateway = await running.open({ options: { keys: keysOf(), frontier: asFrontier(frontier) } })
    return () => frontier.close()
  })
  afterAll(() => Promise.all([running.close(), elsewhere.close()]))

  const addresses = (): readonly string[] => spellingsOf(elsewhere.url)
  const asAscii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '.')

  it('TRUST 20: cannot send a request elsewhere by the name of a model', async () => {
    for (const model of addresses()) {
      for (const route of [chatPath, '/v1/route', '/v1/embeddings']) {
        const answer = await post(gateway.url, chatBody({ model, input: 'hello' }), {}, route)
        expect([model, answer.status, answer.error.param]).toEqual([
          model,
          expect.toBeOneOf([400, 404]),
          'model',
        ])
      }
    }
    expect(frontier.requests).toEqual([])
    expect(elsewhere.requests).toEqual([])
  })

  it('TRUST 20: cannot send a request elsewhere by any header', async () => {
    for (const address of addresses().map(asAscii)) {
      const answer = await post(
        gateway.url,
        chatBody(),
        Object.fromEntries(addressHeaders.map((name) => [name, address])),
      )
      expect([address, answer.status]).toEqual([address, 200])
    }
    expect(elsewhere.requests).toEqual([])
    for (const { path, headers } of frontier.requests) {
      expect([path, headers.host]).toEqual([chatPath, new URL(frontier.url).host])
    }
  })

  it('TRUST 20: cannot send a request elsewhere by a field of the body or by the query', async () => {
    for (const address of addresses()) {
      const fields = {
        base_url: address,
        baseURL: address,
        api_base: address,
        api_key: address,
        endpoint: address,
        url: address,
        host: address,
        provider: address,
        proxy: address,
        nearside: { url: address },
        'x-nearside-url': address,
        metadata: { base_url: address },
        extra_headers: { host: address },
        user: address,
      }
      const query = `?base_url=${encodeURIComponent(address)}&host=${encodeURIComponent(address)}`
      const answer = await post(gateway.url, chatBody(fields), {}, `${chatPath}${query}`)
      expect([address, answer.status]).toEqual([address, 200])
    }
    expect(elsewhere.requests).toEqual([])
    for (const { path, headers, json } of frontier.requests) {
      expect([path, headers.host]).toEqual([chatPath, new URL(frontier.url).host])
      expect(Object.keys(json as object).filter((key) => /nearside/.test(key))).toEqual([])
    }
  })

  it('TRUST 20: cannot send a request elsewhere by its host, its request target or its path', async () => {
    const { host } = new URL(elsewhere.url)
    const mount = new URL(gateway.url).pathname
    const body = JSON.stringify(chatBody())
    const targets: readonly (readonly [target: string, hostHeader: string])[] = [
      [`${mount}${chatPath}`, host],
      [`http://${host}${mount}${chatPath}`, host],
      [`http://${host}${mount}${chatPath}`, 'gateway.test'],
      [`${mount}/v1/http://${host}/v1/chat/completions`, 'gateway.test'],
      [`${mount}/${host}/v1/chat/completions`, 'gateway.test'],
      [`${mount}/v1/../..//${host}/v1/chat/completions`, 'gateway.test'],
      [`${mount}/v1/chat/completions@${host}`, 'gateway.test'],
      [`${mount}/v1/chat/completions%00`, 'gateway.test'],
    ]
    for (const [target, hostHeader] of targets) {
      await rawRequest(
        running.url,
        `POST ${target} HTTP/1.1\r\nhost: ${hostHeader}\r\nauthorization: Bearer ${callerKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
    }
    expect(elsewhere.requests).toEqual([])
    expect(frontier.requests.length).toBeGreaterThan(0)
    for (const { path, headers } of frontier.requests) {
      expect([path, headers.host]).toEqual([chatPath, new URL(frontier.url).host])
    }
  })
})
