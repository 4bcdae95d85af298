/** What a caller may send beside its request, and what it gets by it: nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { rawRequest } from '../../harness/raw.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { statusOf } from './status-of.ts'
import { asFrontier, asLocal, callerKey, chatBody, chatPath, digestOf, get, keysOf, post } from './requests.ts'

describe.each(places)('a caller, $name', (place) => {
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
    gateway = await running.open({ options: { keys: keysOf(), frontier: asFrontier(frontier), aliases: { 'gpt-4o': 'auto' } } })
    return () => frontier.close()
  })
  afterAll(() => Promise.all([running.close(), elsewhere.close()]))

  /** Every spelling of an address that some gateway once believed. */
  function addresses(): readonly string[] {
    const { host, port } = new URL(elsewhere.url)
    return [
      elsewhere.url,
      `${elsewhere.url}/v1`,
      host,
      `//${host}`,
      `http:${host}`,
      `http:\\\\${host}`,
      `https://api.openai.com@${host}/v1`,
      `http://0x7f.1:${port}`,
      `http://2130706433:${port}`,
      `http://0177.0.0.1:${port}`,
      `http://[::ffff:127.0.0.1]:${port}`,
      `http://127.1:${port}`,
      `http://localhost:${port}`,
      `http://127.0.0.1.nip.io:${port}`,
      `http://127。0。0。1:${port}`,
      `HTTP://${host}`,
      `${elsewhere.url}#@api.openai.com`,
      `${elsewhere.url}?x=/v1/chat/completions`,
      'http://169.254.169.254/latest/meta-data/',
      'http://metadata.google.internal/',
      'file:///etc/passwd',
      'gopher://127.0.0.1:6379/_FLUSHALL',
      'data:application/json,{}',
      '../../elsewhere',
      '..%2f..%2felsewhere',
    ]
  }

  const asAscii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '.')

  it('TRUST 20: cannot send a request elsewhere by the name of a model', async () => {
    for (const model of addresses()) {
      for (const route of [chatPath, '/v1/route']) {
        const answer = await post(gateway.url, chatBody({ model }), {}, route)
        expect([model, answer.status, answer.error.param]).toEqual([model, expect.toBeOneOf([400, 404]), 'model'])
      }
    }
    expect(frontier.requests).toEqual([])
    expect(elsewhere.requests).toEqual([])
  })

  it('TRUST 20: cannot send a request elsewhere by any header', async () => {
    const names = [
      'x-forwarded-host', 'x-forwarded-server', 'x-forwarded-proto', 'x-forwarded-for', 'x-original-url', 'x-rewrite-url',
      'x-host', 'forwarded', 'x-portkey-custom-host', 'x-portkey-config', 'x-portkey-provider', 'x-base-url', 'x-api-base',
      'x-upstream', 'x-nearside-upstream', 'x-nearside-frontier', 'x-nearside-url', 'openai-base-url', 'helicone-openai-api-base',
      'helicone-target-url', 'cf-aig-custom-provider', 'x-litellm-api-base', 'via', 'referer', 'origin', 'x-http-method-override',
    ]
    for (const address of addresses().map(asAscii)) {
      const answer = await post(gateway.url, chatBody(), Object.fromEntries(names.map((name) => [name, address])))
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
        base_url: address, baseURL: address, api_base: address, api_key: address, endpoint: address, url: address, host: address,
        provider: address, proxy: address, nearside: { url: address }, 'x-nearside-url': address,
        metadata: { base_url: address }, extra_headers: { host: address }, user: address,
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

  it('TRUST 21: sends none of its headers upstream but a well-formed trace', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const answer = await post(gateway.url, chatBody(), {
      traceparent,
      tracestate: 'vendor=canary',
      baggage: 'user=canary',
      cookie: 'session=canary',
      'proxy-authorization': 'Basic canary',
      'x-api-key': 'canary',
      'openai-organization': 'canary',
      'x-forwarded-for': 'canary',
      'x-real-ip': 'canary',
      'cf-connecting-ip': '10.0.0.9',
      'x-client-request-id': 'canary',
      'idempotency-key': 'canary',
      'user-agent': 'canary',
      accept: 'text/canary',
      'accept-language': 'canary',
      'x-nearside-privacy': 'public',
      'x-nearside-session': 'canary',
      'x-nearside-load': 'queue=0;slots=0/64',
      'x-nearside-anything': 'canary',
    })
    expect(answer.status).toBe(200)
    const [{ headers } = { headers: {} }] = frontier.requests
    const platform = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'user-agent', 'accept-language', 'sec-fetch-mode', 'cf-worker', 'cf-ew-via', 'cdn-loop'])
    const ours = Object.fromEntries(Object.entries(headers).filter(([name]) => !platform.has(name)))
    expect(ours).toEqual({
      accept: 'application/json',
      'accept-encoding': expect.any(String),
      authorization: `Bearer ${frontier.key}`,
      'content-type': 'application/json',
      traceparent,
      'x-nearside-hop': '1',
    })
    expect(JSON.stringify(headers)).not.toContain('canary')
  })

  it('TRUST 21: a malformed trace goes nowhere', async () => {
    for (const traceparent of ['00-x', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, evil: 1', 'a'.repeat(4_000)]) {
      expect((await post(gateway.url, chatBody(), { traceparent })).status).toBe(200)
    }
    for (const { headers } of frontier.requests) expect(headers).not.toHaveProperty('traceparent')
  })

  it('TRUST 21: gets none of the headers back that only a gateway may set', async () => {
    const forged = ['tier', 'model', 'cost', 'reason', 'confidence', 'degraded', 'decision', 'load', 'budget-remaining', 'overhead-ms', 'anything']
    const answer = await post(
      gateway.url,
      chatBody({ model: 'gpt-double' }),
      Object.fromEntries([...forged.filter((name) => name !== 'tier').map((name) => [`x-nearside-${name}`, 'forged']), ['x-request-id', 'forged']]),
    )
    expect(answer.status).toBe(200)
    for (const value of answer.headers.values()) expect(value).not.toContain('forged')
    expect(answer.text).not.toContain('forged')
  })

  it('TRUST 21: a wish that is not understood is refused with the name of its header', async () => {
    const wrong = {
      'x-nearside-tier': ['cloud', 'Frontier', '', 'edge, local', 'frontier\t;'],
      'x-nearside-strategy': ['cascade', 'consistency', 'domain', 'plan-execute-verify-replan', 'Direct', ''],
      'x-nearside-latency-ms': ['soon', '-1', '0', '1e99', '', 'NaN', 'Infinity', '5, 6'],
      'x-nearside-quality': ['high', '-0.1', '1.1', '', 'NaN'],
    }
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const answer = await post(gateway.url, chatBody(), { [name]: value })
        expect([name, value, answer.status, answer.error.param]).toEqual([name, value, 400, name])
      }
    }
    expect(frontier.requests).toEqual([])
  })

  it('TRUST 21: a header that is duplicate, oversize or broken over lines is refused or without effect', async () => {
    const mount = new URL(gateway.url).pathname
    const body = JSON.stringify(chatBody())
    const ask = (...lines: readonly string[]) =>
      rawRequest(
        running.url,
        [`POST ${mount}${chatPath} HTTP/1.1`, 'host: gateway.test', `content-length: ${body.length}`, 'content-type: application/json', ...lines, '', body].join('\r\n'),
      )
    const key = `authorization: Bearer ${callerKey}`
    const twice = await ask(key, 'x-nearside-privacy: public', 'x-nearside-privacy: never-leave')
    expect([twice.status, JSON.parse(twice.body).error.param]).toEqual([400, 'x-nearside-privacy'])
    expect((await ask(key, 'x-nearside-tier: frontier', 'x-nearside-tier: local')).status).toBe(400)
    // Which of two keys would be meant nobody knows; no answer may come but by the right one.
    expect((await ask('authorization: Bearer wrong', key)).status).toBe(401)
    expect(frontier.requests).toEqual([])
  })

  it.each([
    ['a line feed', 'x-one: 1\nx-two: canary'],
    ['a carriage return', 'x-one: 1\rx-two: canary'],
    ['a line that is folded', 'x-one: 1\r\n x-two: canary'],
    ['a NUL', 'x-one: 1\0canary'],
    ['a space before its colon', 'x-nearside-privacy : never-leave'],
    ['no colon', 'canary'],
    ['bytes outside ASCII', 'x-one: canary\xff\xfe'],
    ['200,000 characters', `x-one: ${'canary'.repeat(33_000)}`],
    ['a second length', 'content-length: 5'],
  ])('TRUST 21: a header with %s is refused or goes nowhere', async (_, line) => {
    const body = JSON.stringify(chatBody())
    const status = await statusOf(
      running.url,
      `POST ${new URL(gateway.url).pathname}${chatPath} HTTP/1.1\r\nhost: gateway.test\r\nauthorization: Bearer ${callerKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${line}\r\n\r\n${body}`,
    )
    expect(status).toSatisfy((code) => code === 200 || (code >= 400 && code < 500))
    for (const { rawHeaders } of frontier.requests) expect(rawHeaders.join('\n')).not.toContain('canary')
    expect(frontier.requests).toHaveLength(status === 200 ? 1 : 0)
  })

  it('TRUST 21: a request that has come through too many gateways is refused, and a hop that is no number too', async () => {
    for (const hop of ['3', '4', '-1', '1.5', 'x', '1e1', '0, 0', '99999999999999999999']) {
      const answer = await post(gateway.url, chatBody(), { 'x-nearside-hop': hop })
      expect([hop, answer.status, answer.error.code, answer.headers.get('x-should-retry')]).toEqual([hop, 508, 'loop_detected', 'false'])
    }
    expect(frontier.requests).toEqual([])
    expect((await post(gateway.url, chatBody(), { 'x-nearside-hop': '2' })).status).toBe(200)
    expect(frontier.requests[0]?.headers['x-nearside-hop']).toBe('3')
  })

  it('TRUST 21: a gateway whose upstream is itself says so after a few hops', async () => {
    const number = Number(new URL(gateway.url).pathname.slice(1)) + 1
    const self = { url: `${running.url}/${number}/v1`, key: callerKey, models: [{ model: 'gpt-double', price: 'free' }] }
    const circle = await running.open({ options: { keys: keysOf(), frontier: self } })
    expect(new URL(circle.url).pathname).toBe(`/${number}`)
    for (const stream of [false, true]) {
      const before = (await circle.told()).records.length
      const answer = await post(circle.url, chatBody({ stream }))
      expect([answer.status, answer.error.code, answer.headers.get('x-should-retry')]).toEqual([508, 'loop_detected', 'false'])
      await expect.poll(async () => (await circle.told()).records.length - before).toBe(3)
    }
  })

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
      [`x-api-key: ${callerKey}`],
      [`api-key: ${callerKey}`],
      [`cookie: authorization=Bearer ${callerKey}`],
    ]
    for (const lines of credentials) {
      for (const route of [chatPath, '/v1/route']) {
        const answer = await rawRequest(
          running.url,
          [`POST ${mount}${route} HTTP/1.1`, 'host: gateway.test', 'content-type: application/json', 'content-length: 1000000', ...lines, '', ''].join('\r\n'),
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
    const keys = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [digestOf(`key-${i}`).toUpperCase(), { tenant: `tenant-${i}` }]))
    const many = await running.open({ options: { keys, frontier: asFrontier(frontier) } })
    for (const [scheme, i] of [['Bearer', 0], ['bearer', 25], ['BEARER', 49]] as const) {
      const answer = await get(many.url, '/v1/budget', { authorization: `${scheme} key-${i}` })
      expect([answer.status, JSON.parse(answer.text).account]).toEqual([200, `tenant-${i}`])
    }
  })

  it('TRUST 24: an open gateway serves this machine only, by whatever name it is called', async () => {
    const open = await running.open({ options: { open: 'loopback', local: asLocal(frontier) } })
    const mount = new URL(open.url).pathname
    const ask = async (host: string): Promise<number> =>
      (await rawRequest(running.url, `GET ${mount}/v1/models HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-host: localhost\r\n\r\n`)).status
    for (const host of ['127.0.0.1', '127.0.0.1:8787', 'localhost', 'LOCALHOST:8787', '[::1]:8787', '127.9.9.9']) {
      expect([host, await ask(host)]).toEqual([host, 200])
    }
    const strangers = [
      'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evil-localhost', '0.0.0.0', '10.0.0.1', '169.254.169.254',
    ]
    for (const host of strangers) expect([host, await ask(host)]).toEqual([host, 401])
    // What is no name of a host at all is refused, here or before it comes here.
    for (const host of ['[::ffff:10.0.0.1]', '[', 'a b', 'localhost@evil.example']) {
      const status = await statusOf(running.url, `GET ${mount}/v1/models HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
      expect([host, status]).toEqual([host, expect.toBeOneOf([400, 401])])
    }
  })
})
