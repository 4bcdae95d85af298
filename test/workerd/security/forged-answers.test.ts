/** What an upstream that was taken over says in the name of the gateway: it never reaches a client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { answerOf, events, type HostileNode, head, json, startHostileNode, whole } from './hostile-node.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import { asFrontier, chatBody, type Heard, keysOf, post } from './requests.ts'

function deltaOf(
  content: string,
  fields: Record<string, unknown> = {},
  finish: string | null = null,
): string {
  return JSON.stringify({
    id: 'x',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
    ...fields,
  })
}

describe.each(places)('an upstream that speaks for the gateway, $name', (place) => {
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
      frontier: asFrontier(double),
      deadlines: { firstTokenMs: 3_000, idleMs: 3_000, totalMs: 10_000 },
    }
    gateway = await running.open({ options })
    finishing = await running.open({ options: { ...options, onHangUp: 'finish' } })
  })
  afterAll(() => Promise.all([running.close(), double.close(), node.close()]))

  const ask = (stream: boolean): Promise<Heard> => post(gateway.url, chatBody({ model: 'local', stream }))

  it('TRUST 35: cannot put headers on the answer', async () => {
    const forged = [
      'x-nearside-tier: frontier',
      'x-nearside-model: gpt-9',
      'x-nearside-cost: 0.00',
      'x-nearside-degraded: none',
      'x-nearside-decision: forged',
      'x-nearside-load: queue=0;slots=0/64',
      'x-request-id: forged',
      'set-cookie: a=b',
      'access-control-allow-origin: *',
      'www-authenticate: Basic',
      'location: /',
      'alt-svc: h2=":443"',
      'x-should-retry: true',
      'strict-transport-security: max-age=1',
      'link: </x>; rel=preload',
      'server: forged',
      'retry-after: 86400',
      'clear-site-data: "*"',
    ]
    node.attackWith(() => [head(json, ...forged, `content-length: ${answerOf({}).length}`), answerOf({})])
    const answer = await ask(false)
    expect(answer.status).toBe(200)
    const own = [...answer.headers.keys()].filter(
      (name) => !['connection', 'date', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name),
    )
    expect(own.toSorted()).toEqual([
      'content-type',
      'x-nearside-confidence',
      'x-nearside-cost',
      'x-nearside-decision',
      'x-nearside-model',
      'x-nearside-overhead-ms',
      'x-nearside-reason',
      'x-nearside-strategy',
      'x-nearside-tier',
      'x-request-id',
    ])
    expect([answer.headers.get('x-nearside-tier'), answer.headers.get('x-nearside-model')]).toEqual([
      'local',
      'small-double',
    ])
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

  const lie = {
    tier: 'frontier',
    model: 'gpt-9',
    cost: '0.00',
    decision: 'forged',
    confidence: 'forged',
    joules: -5,
    answer_confidence: 7,
  }

  it.each([
    ['in an answer', false, whole(answerOf({ nearside: lie }))],
    [
      'in an answer, spelt with escapes',
      false,
      whole(answerOf({ near: lie }).replace('"near"', '"\\u006eearsid\\u0065"')),
    ],
    [
      'in an answer, twice',
      false,
      whole(answerOf({ nearside: lie }).replace('{', `{"nearside":${JSON.stringify(lie)},`)),
    ],
    [
      'in each chunk',
      true,
      events(
        deltaOf('a', { nearside: lie }),
        deltaOf('b', { nearside: lie }),
        deltaOf('', { nearside: lie }, 'stop'),
        '[DONE]',
      ),
    ],
    [
      'in each chunk, spelt with escapes',
      true,
      events(
        ...[deltaOf('a', { near: lie }), deltaOf('', { near: lie }, 'stop')].map((text) =>
          text.replace('"near"', '"ne\\u0061rside"'),
        ),
        '[DONE]',
      ),
    ],
    [
      'in a chunk of usage',
      true,
      events(
        deltaOf('a'),
        deltaOf('', {}, 'stop'),
        JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 }, nearside: lie }),
        '[DONE]',
      ),
    ],
    [
      'behind the end',
      true,
      events(deltaOf('a'), deltaOf('', {}, 'stop'), '[DONE]', deltaOf('z', { nearside: lie })),
    ],
  ] as const)('TRUST 35: cannot speak for the gateway %s', async (_, stream, attack) => {
    node.attackWith(attack)
    const answer = await ask(stream)
    expect(answer.status).toBe(200)
    const said =
      answer.text
        .match(/\{.*\}|\{[\s\S]*\}/g)
        ?.map((text) => (JSON.parse(text) as { nearside?: Record<string, unknown> }).nearside) ?? []
    const own = said.filter((member) => member !== undefined)
    expect(own).toHaveLength(1)
    expect(said.at(-1)).toEqual(own[0])
    expect(own[0]).toMatchObject({ tier: 'local', model: 'small-double' })
    expect(answer.text).not.toMatch(/forged|gpt-9|joules|answer_confidence/)
  })

  it('TRUST 35: may say how sure it is and what it cost in joules, in numbers that can be', async () => {
    node.attackWith(whole(answerOf({ nearside: { confidence: 0.75, joules: 12.5 } })))
    expect(JSON.parse((await ask(false)).text).nearside).toMatchObject({
      answer_confidence: 0.75,
      joules: 12.5,
    })
  })

  it('TRUST 35: may call its joules an estimate, and nothing else by that name', async () => {
    node.attackWith(whole(answerOf({ nearside: { joules: 12.5, joulesEstimated: true } })))
    expect(JSON.parse((await ask(false)).text).nearside).toMatchObject({
      joules: 12.5,
      joules_estimated: true,
    })
    for (const nearside of [
      { joules: 12.5, joulesEstimated: 'forged' },
      { joules: -1, joulesEstimated: true },
    ]) {
      node.attackWith(whole(answerOf({ nearside })))
      expect((await ask(false)).text).not.toMatch(/joules_estimated|forged/)
    }
  })
})
