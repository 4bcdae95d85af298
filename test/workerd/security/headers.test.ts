/** What headers of a caller do, and do not do, on either side of the gateway. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { rawRequest } from '../../harness/raw.ts'
import { brokenHeaders } from './broken-headers.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { asFrontier, callerKey, chatBody, chatPath, keysOf, post } from './requests.ts'
import { statusOf } from './status-of.ts'

describe.each(places)('a header of a caller, $name', (place) => {
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
    const platform = new Set([
      'host',
      'connection',
      'content-length',
      'transfer-encoding',
      'user-agent',
      'accept-language',
      'sec-fetch-mode',
      'cf-worker',
      'cf-ew-via',
      'cdn-loop',
    ])
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
    for (const traceparent of [
      '00-x',
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, evil: 1',
      'a'.repeat(4_000),
    ]) {
      expect((await post(gateway.url, chatBody(), { traceparent })).status).toBe(200)
    }
    for (const { headers } of frontier.requests) expect(headers).not.toHaveProperty('traceparent')
  })

  it('TRUST 21: gets none of the headers back that only a gateway may set', async () => {
    const forged = [
      'tier',
      'model',
      'cost',
      'reason',
      'confidence',
      'degraded',
      'decision',
      'load',
      'budget-remaining',
      'overhead-ms',
      'anything',
    ]
    const answer = await post(
      gateway.url,
      chatBody({ model: 'gpt-double' }),
      Object.fromEntries([
        ...forged.filter((name) => name !== 'tier').map((name) => [`x-nearside-${name}`, 'forged']),
        ['x-request-id', 'forged'],
      ]),
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
        [
          `POST ${mount}${chatPath} HTTP/1.1`,
          'host: gateway.test',
          `content-length: ${body.length}`,
          'content-type: application/json',
          ...lines,
          '',
          body,
        ].join('\r\n'),
      )
    const key = `authorization: Bearer ${callerKey}`
    const twice = await ask(key, 'x-nearside-privacy: public', 'x-nearside-privacy: never-leave')
    expect([twice.status, JSON.parse(twice.body).error.param]).toEqual([400, 'x-nearside-privacy'])
    expect((await ask(key, 'x-nearside-tier: frontier', 'x-nearside-tier: local')).status).toBe(400)
    // Which of two keys would be meant nobody knows; no answer may come but by the right one.
    expect((await ask('authorization: Bearer wrong', key)).status).toBe(401)
    expect(frontier.requests).toEqual([])
  })

  it.each(brokenHeaders)('TRUST 21: a header with %s is refused or goes nowhere', async (_, line) => {
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
      expect([hop, answer.status, answer.error.code, answer.headers.get('x-should-retry')]).toEqual([
        hop,
        508,
        'loop_detected',
        'false',
      ])
    }
    expect(frontier.requests).toEqual([])
    expect((await post(gateway.url, chatBody(), { 'x-nearside-hop': '2' })).status).toBe(200)
    expect(frontier.requests[0]?.headers['x-nearside-hop']).toBe('3')
  })

  it('TRUST 21: a gateway whose upstream is itself says so after a few hops', async () => {
    const number = Number(new URL(gateway.url).pathname.slice(1)) + 1
    const self = {
      url: `${running.url}/${number}/v1`,
      key: callerKey,
      models: [{ model: 'gpt-double', price: 'free' }],
    }
    const circle = await running.open({ options: { keys: keysOf(), frontier: self } })
    expect(new URL(circle.url).pathname).toBe(`/${number}`)
    for (const stream of [false, true]) {
      const before = (await circle.told()).records.length
      const answer = await post(circle.url, chatBody({ stream }))
      expect([answer.status, answer.error.code, answer.headers.get('x-should-retry')]).toEqual([
        508,
        'loop_detected',
        'false',
      ])
      // Three that were forwarded, and the one that was refused.
      await expect.poll(async () => (await circle.told()).records.length - before).toBe(4)
    }
  })
})
