import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { connectRaw } from '../../harness/raw.ts'
import type { HostHabit, Setup } from './gateways.ts'
import { type GatewayUnderTest, places, type RunningPlace } from './places.ts'
import {
  asFrontier,
  asLocal,
  brokenOff,
  callerKey,
  chatBody,
  chatPath,
  type Heard,
  hardQuestion,
  keysOf,
  post,
} from './requests.ts'

const neverLeave = { 'x-nearside-privacy': 'never-leave' }
const quick = { deadlines: { firstTokenMs: 1_500, totalMs: 6_000 }, retry: { attempts: 2, pauseMs: 10 } }

describe.each(places)('what may not leave, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier
  let local: Frontier

  beforeAll(async () => {
    running = await place.start()
  })
  beforeEach(async () => {
    frontier = await startFrontier()
    local = await startFrontier()
    return () => Promise.all([frontier.close(), local.close()])
  })
  afterAll(() => running.close())

  function open(options: Setup['options'] = {}, host: readonly HostHabit[] = []): Promise<GatewayUnderTest> {
    return running.open({
      options: {
        keys: keysOf(),
        local: asLocal(local),
        frontier: asFrontier(frontier),
        ...quick,
        ...options,
      },
      host,
    })
  }

  /** Hard, so that everything but privacy speaks for the frontier; streamed and not; marked by header and by account. */
  async function eachWay(
    options: Setup['options'],
    host: readonly HostHabit[],
    check: (answer: Heard) => void,
  ): Promise<void> {
    const byHeader = await open(options, host)
    const byAccount = await open({ keys: keysOf({ privacy: 'never-leave' }), ...options }, host)
    const answers = [false, true].flatMap((stream) => {
      const body = chatBody({ model: 'auto', stream })
      return [
        post(byHeader.url, body, neverLeave),
        post(byAccount.url, body),
        post(byAccount.url, body, { 'x-nearside-privacy': 'public' }),
      ]
    })
    for (const answer of await Promise.all(answers)) check(answer)
    expect(frontier.requests).toEqual([])
    expect(frontier.elsewhere.requests).toEqual([])
    expect(local.elsewhere.requests).toEqual([])
  }

  const refused = (answer: Heard): void => {
    expect([answer.status, answer.error.type]).toEqual([
      expect.toSatisfy((status) => status >= 400),
      expect.stringMatching(/./),
    ])
  }
  const servedLocally = (answer: Heard): void => {
    expect([
      answer.status,
      answer.headers.get('x-nearside-tier'),
      answer.headers.get('x-nearside-reason'),
    ]).toEqual([200, 'local', 'private'])
  }

  it('TRUST 25: is served on premises, however hard the question, and whatever a header asks for', async () => {
    await eachWay({}, [], servedLocally)
    expect(local.requests).toHaveLength(6)
  })

  it('TRUST 25: is refused where nothing stands on premises', async () => {
    const gateway = await running.open({ options: { keys: keysOf(), frontier: asFrontier(frontier) } })
    const answer = await post(gateway.url, chatBody({ model: 'auto' }), neverLeave)
    expect([answer.status, answer.error.code]).toEqual([403, 'privacy_refused'])
    expect(frontier.requests).toEqual([])
  })

  it('TRUST 25: is refused where the local node was not declared to be on premises', async () => {
    const asked = asLocal(local, 'provider:rented')
    const gateway = await running.open({ options: { keys: keysOf(), local: asked } })
    const answer = await post(gateway.url, chatBody({ model: 'auto' }), neverLeave)
    expect([answer.status, answer.error.code]).toEqual([403, 'privacy_refused'])
    expect(local.requests).toEqual([])
  })

  it('TRUST 25: stays when the caller pins the frontier or names its model', async () => {
    const gateway = await open()
    for (const ask of [{ model: 'frontier' }, { model: 'gpt-double' }]) {
      const answer = await post(gateway.url, chatBody(ask), neverLeave)
      expect([answer.status, answer.error.code]).toEqual([403, 'privacy_refused'])
    }
    const pinned = await post(gateway.url, chatBody({ model: 'auto' }), {
      ...neverLeave,
      'x-nearside-tier': 'frontier',
    })
    expect([pinned.status, pinned.error.code]).toEqual([403, 'privacy_refused'])
    expect(frontier.requests).toEqual([])
  })

  it('TRUST 25: stays when the local node is down', async () => {
    await local.close()
    await eachWay({}, [], refused)
  })

  it.each([
    ['answers 500', { fault: 'status' }],
    ['answers 503 and asks for patience', { fault: 'status', status: 503, retryAfterMs: 50 }],
    ['refuses the request', { fault: 'status', status: 400 }],
    ['says that it cannot do tools', { fault: 'status', status: 422 }],
    ['resets the connection', { fault: 'refused-before-headers' }],
    ['says nothing until the deadline', { fault: 'hang-before-headers' }],
    ['says nothing after its headers', { fault: 'hang-after-headers' }],
    ['answers with a page for people', { fault: 'wrong-content-type' }],
    ['sends the caller elsewhere', { fault: 'redirect' }],
    ['answers with what is no answer', { fault: 'malformed-json' }],
  ] as const)('TRUST 25: stays when the local node %s, through retry and fallback', async (_, script) => {
    local.always(script)
    await eachWay({}, [], (answer) => {
      // A stream may have begun before it turned out to be none: it is then broken off.
      if (answer.status === 200) expect(answer.text).toBe(brokenOff)
      else refused(answer)
    })
  })

  it('TRUST 25: stays when the breaker of the local node is open', async () => {
    local.always({ fault: 'status' })
    const gateway = await open({ breaker: { failures: 1, restMs: 60_000 } })
    for (let i = 0; i < 4; i++) refused(await post(gateway.url, chatBody({ model: 'auto' }), neverLeave))
    expect(frontier.requests).toEqual([])
  })

  it('TRUST 25: stays when its budget is denied, and when the store fails', async () => {
    const priced = {
      ...asLocal(local),
      models: [
        {
          model: 'small-double',
          price: { since: '2026-01-01', prompt: 1, cachedPrompt: 1, output: 1, longContext: null },
        },
      ],
    }
    const cap = {
      local: priced,
      caps: [{ scope: 'account', window: 'day', limit: 0 }],
      onStoreError: 'refuse',
    }
    for (const whenSpent of ['refuse', 'nearer']) {
      await eachWay({ ...cap, budgetsZone: 'gateway', policy: { whenSpent } }, ['store'], refused)
    }
    await eachWay({ ...cap, budgetsZone: 'gateway' }, ['store-throws'], refused)
    expect(local.requests).toEqual([])
  })

  it('TRUST 25: is written into no store outside the premises, not even as a number', async () => {
    const priced = {
      ...asLocal(local),
      models: [
        {
          model: 'small-double',
          price: { since: '2026-01-01', prompt: 1, cachedPrompt: 1, output: 1, longContext: null },
        },
      ],
    }
    const gateway = await open(
      {
        local: priced,
        caps: [{ scope: 'account', window: 'day', limit: 1e12 }],
        onStoreError: 'refuse',
        budgetsZone: 'provider:somebody',
      },
      ['store'],
    )
    const answer = await post(gateway.url, chatBody({ model: 'auto' }), neverLeave)
    expect([answer.status, answer.error.code]).toEqual([403, 'privacy_refused'])
    expect((await gateway.told()).store).toEqual([])
    expect(local.requests).toEqual([])
  })

  it.each([
    ['an answerer', 'answerer-throws'],
    ['the record', 'record-throws'],
    ['the classifier', 'difficulty-throws'],
  ] as const)('TRUST 25: stays when %s of the host throws', async (_, habit) => {
    await eachWay({}, [habit], (answer) =>
      expect([answer.status, answer.headers.get('x-nearside-tier')]).toEqual([200, 'local']),
    )
  })

  it('TRUST 25: a contractual text goes to the providers that the contract names, and to nobody else', async () => {
    const contract = (providers: readonly string[]) => ({
      keys: keysOf({ privacy: 'contractual', providers }),
    })
    const named = await open(contract(['double']))
    expect((await post(named.url, chatBody())).status).toBe(200)
    expect(frontier.requests).toHaveLength(1)
    for (const providers of [[], ['doubl'], ['double.example'], ['provider:double'], ['Double']]) {
      const other = await open(contract(providers))
      const answer = await post(other.url, chatBody(), { 'x-nearside-privacy': 'public' })
      expect([answer.status, answer.error.code]).toEqual([403, 'privacy_refused'])
    }
    expect(frontier.requests).toHaveLength(1)
  })

  it('TRUST 25: a contractual text stays when the named provider fails', async () => {
    const other = await startFrontier()
    frontier.always({ fault: 'status' })
    const named = asFrontier(frontier, 'provider:named')
    const unnamed = { ...asFrontier(other, 'provider:unnamed'), models: [{ model: 'other', price: 'free' }] }
    const gateway = await open({
      frontier: [named, unnamed],
      local: undefined,
      keys: keysOf({ privacy: 'contractual', providers: ['named'] }),
    })
    expect((await post(gateway.url, chatBody({ model: 'auto' }))).status).toBe(502)
    expect(other.requests).toEqual([])
    await other.close()
  })

  it('TRUST 25: a privacy that is not understood is refused, never guessed at', async () => {
    const gateway = await open()
    for (const privacy of ['Never-Leave', 'never_leave', 'secret', '', 'never-leave, public', 'none']) {
      const answer = await post(gateway.url, chatBody(), { 'x-nearside-privacy': privacy })
      expect([privacy, answer.status, answer.error.param]).toEqual([privacy, 400, 'x-nearside-privacy'])
    }
    expect(frontier.requests).toEqual([])
  })

  it('TRUST 25: a gateway that may not look refuses before it reads the body', async () => {
    const gateway = await open({ edgeMaySee: false })
    const connection = await connectRaw(running.url)
    await connection.send(
      [
        `POST ${new URL(gateway.url).pathname}${chatPath} HTTP/1.1`,
        'host: gateway.test',
        `authorization: Bearer ${callerKey}`,
        'content-type: application/json',
        'content-length: 1000',
        'x-nearside-privacy: never-leave',
        '',
        '',
      ].join('\r\n'),
    )
    const answer = await connection.response()
    connection.hangUp()
    expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([403, 'privacy_refused'])
    expect((await post(gateway.url, chatBody())).status).toBe(200)
    expect(local.requests).toEqual([])
  })

  it('TRUST 27: an easy follow-up after a hard turn stays with the strong tier', async () => {
    const gateway = await open()
    const easy = { role: 'user', content: 'thanks, summarize it' }
    const conversation = [
      { role: 'user', content: hardQuestion },
      { role: 'assistant', content: 'Done.' },
      easy,
    ]
    const after = await post(gateway.url, chatBody({ model: 'auto', messages: conversation }))
    expect([after.headers.get('x-nearside-tier'), after.headers.get('x-nearside-reason')]).toEqual([
      'frontier',
      'hard',
    ])
    const alone = await post(gateway.url, chatBody({ model: 'auto', messages: [easy] }))
    expect([alone.headers.get('x-nearside-tier'), alone.headers.get('x-nearside-reason')]).toEqual([
      'local',
      'easy',
    ])
  })
})
