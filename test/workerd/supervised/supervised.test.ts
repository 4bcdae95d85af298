import type { GivenPolicy } from '@nearside/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Frontier } from '../../doubles/frontier.ts'
import { openaiOf } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import {
  type Supervisor,
  startExecutor,
  startSupervisor,
  streamedTurn,
  task,
  wholeTurn,
  work,
} from './agent.ts'

const advising: GivenPolicy = { strategy: 'execute-verify-advise' }
const planning: GivenPolicy = { strategy: 'plan-execute-verify-replan' }
const supervises = { everyTurns: 2, quietTurns: 1 }
const canary = 'canary-4711-of-the-ward'

describe.each(placeNames)('a supervised session, in %s', (name) => {
  let place: Place
  let executor: Frontier
  let supervisor: Supervisor
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    executor = await startExecutor(5)
    supervisor = await startSupervisor()
    return async () => {
      await Promise.all([executor.close(), supervisor.close()])
    }
  })

  const open = (policy: GivenPolicy, more: Partial<GatewaySettings> = {}): Gateway =>
    place.open({
      frontier: [supervisor],
      local: [executor],
      localZone: 'premises',
      policy,
      supervises,
      ...more,
    })
  const executorTexts = (): readonly string[] => executor.requests.map(({ body }) => body)

  /** What the account was charged is what the double has billed, to the nano-dollar. */
  async function expectExactBill(gateway: Gateway): Promise<void> {
    const { balance, records } = await gateway.observed()
    expect(balance).toMatchObject({ settled: supervisor.bill(), reserved: 0 })
    const told = records.reduce((sum, { charge }) => sum + (charge?.amount ?? 0), 0)
    expect(told).toBe(supervisor.bill())
  }

  describe.each([false, true])('execute-verify-advise (streamed: %s)', (stream) => {
    it('lets the near model do each turn, and brings advice into it where the supervisor has some', async () => {
      supervisor.says(
        { verdict: 'fine' },
        { verdict: 'advice', advice: 'Open the lowest drawer.' },
        { verdict: 'fine' },
      )
      const gateway = open(advising)
      const { text, headers, ids } = await work(openaiOf(gateway), { stream })
      expect(text).toBe('The key is in drawer 5.')
      expect(headers.map(({ supervision }) => supervision)).toEqual([
        'silent; turn=1; session=new',
        'fine; cause=every-turns; turn=2; session=continued',
        'silent; turn=3; session=continued',
        'advice; cause=every-turns; turn=4; session=continued',
        'silent; turn=5; session=continued',
        'fine; cause=every-turns; turn=6; session=continued',
      ])
      expect(new Set(headers.map((said) => said['session-id'])).size).toBe(1)
      for (const said of headers)
        expect(said).toMatchObject({
          tier: 'local',
          strategy: 'execute-verify-advise',
          reason: 'supervised',
          degraded: null,
        })
      expect(new Set(ids).size).toBe(5)
      for (const id of ids) expect(id).toMatch(/^call_[\w-]{30}_[0-9a-z]+$/)
      const texts = executorTexts()
      expect(texts.map((body) => body.includes('Open the lowest drawer.'))).toEqual([
        false,
        false,
        false,
        true,
        true,
        true,
      ])
      // Nothing of the session is seen upstream.
      for (const body of [...texts, ...supervisor.requests.map(({ body }) => body)])
        expect(body).not.toContain(headers[0]?.['session-id'])
      expect(supervisor.words()).toHaveLength(3)
      expect(supervisor.turns()).toHaveLength(0)
      await expectExactBill(gateway)
    })
  })

  it('is taken over for a turn where the supervisor says so', async () => {
    supervisor.says({ verdict: 'take-over' }, { verdict: 'fine' })
    const gateway = open(advising)
    const { text, headers, ids } = await work(openaiOf(gateway))
    expect(text).toBe('The key is in drawer 5.')
    expect(headers[1]).toMatchObject({ tier: 'frontier', reason: 'taken-over', degraded: null })
    expect(headers[1]?.supervision).toMatch(/^take-over; cause=every-turns/)
    // It was given the whole conversation and the tools, and what it called has an id like the others.
    expect(supervisor.turns()).toHaveLength(1)
    expect(supervisor.turns()[0]?.tools).toHaveLength(1)
    expect(JSON.stringify(supervisor.turns()[0]?.messages)).toContain(task)
    expect(ids[1]).toMatch(/^call_[\w-]{30}_2$/)
    await expectExactBill(gateway)
  })

  describe.each([false, true])('plan-execute-verify-replan (streamed: %s)', (stream) => {
    it('begins with a plan, and what is called done is held against it before it is served', async () => {
      supervisor.says(
        { verdict: 'plan', plan: '1. Look into each drawer.' },
        { verdict: 'fine' },
        { verdict: 'replan', plan: '1. Look again.', summary: 'Drawers 1 to 4 are empty.' },
        { verdict: 'accept' },
      )
      const gateway = open(planning, { supervises: { everyTurns: 3, quietTurns: 1 } })
      const { text, headers } = await work(openaiOf(gateway), { stream })
      expect(text).toBe('The key is in drawer 5.')
      expect(headers[0]?.supervision).toBe('plan; cause=no-plan; turn=1; session=new')
      expect(headers[3]?.supervision).toBe('fine; cause=every-turns; turn=4; session=continued')
      // Its end was not believed at first: it was asked anew from the summary, and accepted then.
      expect(headers.at(-1)?.supervision).toBe(
        'replan+accept; cause=claims-done+claims-done; turn=6; session=continued',
      )
      const texts = executorTexts()
      expect(texts).toHaveLength(7)
      expect(
        texts.every((body) => body.includes('Look into each drawer.') || body.includes('Look again.')),
      ).toBe(true)
      const [before, after] = texts.slice(-2) as [string, string]
      expect(after).toContain('Drawers 1 to 4 are empty.')
      expect(after).not.toContain('Look into each drawer.')
      // Two turns of before are left, and the task.
      expect((JSON.parse(before) as { messages: unknown[] }).messages).toHaveLength(12)
      expect((JSON.parse(after) as { messages: unknown[] }).messages).toHaveLength(6)
      const { records } = await gateway.observed()
      expect(records.at(-1)?.judged?.map(({ tier, outcome, said }) => [tier, outcome, said])).toEqual([
        ['local', 'replaced', undefined],
        ['frontier', 'spoke', 'replan'],
        ['local', 'served', undefined],
        ['frontier', 'spoke', 'accept'],
      ])
      await expectExactBill(gateway)
    })
  })

  it('ends after a bounded number of replans, however little the supervisor likes the end', async () => {
    supervisor.says({ verdict: 'plan', plan: 'p' }, { verdict: 'replan', plan: 'again', summary: 'nothing' })
    const gateway = open(planning, { supervises: { everyTurns: 100 } })
    const { text, headers } = await work(openaiOf(gateway))
    expect(text).toBe('The key is in drawer 5.')
    expect(headers.at(-1)?.supervision).toMatch(/^replan\+replan; /)
    // What was never let stand says so, to its caller and in the record.
    expect(headers.map(({ degraded }) => degraded)).toEqual([null, null, null, null, null, 'unverified'])
    expect((await gateway.observed()).records.at(-1)).toMatchObject({ degraded: 'unverified' })
    expect(executor.requests).toHaveLength(8)
    await expectExactBill(gateway)
  })

  it('is streamed as every answer is: one id, a role, a finish, and the usage behind it', async () => {
    supervisor.says({ verdict: 'plan', plan: 'Look.' }, { verdict: 'accept' })
    const openai = openaiOf(open(planning, { supervises: { everyTurns: 100 } }))
    const { messages } = await work(openai, { most: 5 })
    for (const [given, finish] of [
      [messages.slice(0, 2), 'tool_calls'],
      [messages, 'stop'],
    ] as const) {
      const { chunks } = await streamedTurn(openai, given)
      expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
      expect(new Set(chunks.map(({ object }) => object))).toEqual(new Set(['chat.completion.chunk']))
      const choices = chunks.flatMap((chunk) => chunk.choices)
      expect(choices[0]?.delta.role).toBe('assistant')
      expect(choices.flatMap(({ finish_reason }) => finish_reason ?? [])).toEqual([finish])
      const usages = chunks.filter(({ usage }) => usage != null)
      expect(usages).toHaveLength(1)
      expect(usages[0]).toMatchObject({ choices: [], usage: { prompt_tokens: 50 } })
    }
  })

  it('stops an executor that goes in circles from doing so unseen', async () => {
    await executor.close()
    executor = await startExecutor(99)
    executor.always({
      answer: {
        pieces: [],
        toolCalls: [{ id: 'x', name: 'look', pieces: ['{"at":1}'] }],
        finishReason: 'tool_calls',
      },
    })
    supervisor.says({ verdict: 'advice', advice: 'Look elsewhere.' })
    const { headers } = await work(
      openaiOf(open(advising, { supervises: { everyTurns: 100, quietTurns: 2 } })),
      { most: 6 },
    )
    expect(headers.map(({ supervision }) => /cause=([\w-]+)/.exec(supervision ?? '')?.[1] ?? null)).toEqual([
      null,
      null,
      null,
      'call-repeats',
      null,
      'call-repeats',
    ])
  })

  it('goes on where the supervisor answers nonsense, counts it as nothing said, and stalls nobody', async () => {
    supervisor.says('I think that it does well!', '{"verdict":"replan"}', '[]')
    const gateway = open(advising)
    const { text, headers } = await work(openaiOf(gateway))
    expect(text).toBe('The key is in drawer 5.')
    expect(headers[1]?.supervision).toBe('unread; cause=every-turns; turn=2; session=continued')
    expect(headers[1]?.degraded).toBeNull()
    await expectExactBill(gateway)
  })

  it('goes on unsupervised where the supervisor fails, is silent for too long or may not be paid, and says which', async () => {
    const failing: readonly [string, Parameters<Supervisor['always']>[0], Partial<GatewaySettings>][] = [
      ['failed', { fault: 'status', status: 500 }, {}],
      ['late', { fault: 'hang-before-headers' }, { supervises: { ...supervises, timeoutMs: 150 } }],
      ['denied', {}, { limit: 1_000 }],
    ]
    for (const [why, script, settings] of failing) {
      supervisor.always(script)
      const { text, headers } = await work(openaiOf(open(advising, settings)), { drawers: why })
      expect(text).toBe('The key is in drawer 5.')
      expect(headers[1]?.supervision).toMatch(new RegExp(`^unsupervised; why=${why}; cause=every-turns`))
      expect(headers[1]?.degraded).toBe('unsupervised')
    }
  })

  it('asks once about one turn, however often the turn is asked, one after the other or at once', async () => {
    supervisor.says({ verdict: 'advice', advice: 'Open the lowest drawer.' })
    const gateway = open(advising)
    const openai = openaiOf(gateway)
    const { messages } = await work(openai, { most: 1 })
    const supervisions = (turns: readonly { readonly response: Response }[]) =>
      turns.map(({ response }) => response.headers.get('x-nearside-supervision') ?? '').toSorted()
    const both = await Promise.all([
      wholeTurn(openai, messages),
      wholeTurn(openai, messages),
      wholeTurn(openai, messages),
    ])
    expect(supervisions(both).filter((said) => said.startsWith('advice'))).toHaveLength(1)
    expect(supervisor.words()).toHaveLength(1)
    const again = await wholeTurn(openai, messages)
    expect(supervisions([again])).toEqual(['silent; turn=2; session=continued'])
    expect(supervisor.words()).toHaveLength(1)
    // What was advised holds for the repeat too, and its calls have the ids that they had.
    expect(executorTexts().at(-1)).toContain('Open the lowest drawer.')
    const ids = [...both, again].map(({ message }) => message.tool_calls?.[0]?.id)
    expect(new Set(ids).size).toBe(1)
    await expectExactBill(gateway)
  })

  it('has the ids of its own calls where the gateway tags those of its nodes, too', async () => {
    supervisor.says({ verdict: 'fine' }, { verdict: 'take-over' }, { verdict: 'fine' })
    const gateway = open(advising, { sessionSecret: 'another secret of thirty-two characters' })
    for (const stream of [false, true]) {
      const { text, headers, ids } = await work(openaiOf(gateway), { stream })
      expect(text).toBe('The key is in drawer 5.')
      for (const id of ids) expect(id).toMatch(/^call_[\w-]{30}_[0-9a-z]+$/)
      expect(headers.slice(1).every(({ supervision }) => supervision?.endsWith('session=continued'))).toBe(
        true,
      )
      expect(headers.every(({ strategy }) => strategy === 'execute-verify-advise')).toBe(true)
    }
    await expectExactBill(gateway)
  })

  it('is found by its header where no tool was called, and is another’s in no other way', async () => {
    const gateway = open(advising, { supervises: { everyTurns: 100 } })
    const openai = openaiOf(gateway)
    const first = await wholeTurn(openai, [{ role: 'user', content: task }])
    const session = first.response.headers.get('x-nearside-session-id') ?? ''
    const saying = [{ role: 'user' as const, content: 'Anything else?' }]
    const turnOf = async (headers: Record<string, string>) =>
      (await wholeTurn(openai, saying, headers)).response.headers.get('x-nearside-supervision')
    expect(await turnOf({ 'x-nearside-session-id': session })).toBe('silent; turn=2; session=continued')
    expect(await turnOf({})).toBe('silent; turn=1; session=new')
    for (const forged of [
      '',
      'x',
      `${session.slice(0, -1)}${session.endsWith('0') ? '1' : '0'}`,
      session.toUpperCase(),
    ])
      expect(await turnOf({ 'x-nearside-session-id': forged })).toBe('silent; turn=1; session=new')
    const stranger = openaiOf(open(advising))
    const { response } = await wholeTurn(stranger, saying, { 'x-nearside-session-id': session })
    expect(response.headers.get('x-nearside-supervision')).toBe('silent; turn=1; session=new')
    expect(response.headers.get('x-nearside-session-id')).not.toBe(session)
  })

  it('TRUST 25: shows a never-leave session to no provider, and says that nobody looked on', async () => {
    for (const policy of [advising, planning]) {
      const headers = { 'x-nearside-privacy': 'never-leave' }
      const { text, headers: told } = await work(openaiOf(open(policy)), { headers, drawers: canary })
      expect(text).toBe('The key is in drawer 5.')
      expect(told.some(({ supervision }) => supervision?.startsWith('unsupervised; why=privacy'))).toBe(true)
      expect(told.every(({ tier }) => tier === 'local')).toBe(true)
    }
    expect(supervisor.requests).toHaveLength(0)
    expect(executorTexts().some((body) => body.includes(canary))).toBe(true)
  })

  it('TRUST 25: keeps nothing of a never-leave session in a provider’s store', async () => {
    const headers = { 'x-nearside-privacy': 'never-leave' }
    const away = open(planning, { supervises: { ...supervises, zone: 'provider:store' } })
    const { headers: told } = await work(openaiOf(away), { headers, drawers: canary })
    for (const said of told)
      expect([said['session-id'], said.supervision?.slice(0, 25)]).toEqual([
        null,
        'unsupervised; why=privacy',
      ])
    expect(supervisor.requests).toHaveLength(0)
  })

  it('has a never-leave session supervised where the supervisor stands on the premises', async () => {
    supervisor.says({ verdict: 'plan', plan: 'Look.' }, { verdict: 'accept' })
    const gateway = open(planning, { frontierZone: 'premises', supervises: { everyTurns: 100 } })
    const { headers } = await work(openaiOf(gateway), { headers: { 'x-nearside-privacy': 'never-leave' } })
    expect(headers[0]?.supervision).toMatch(/^plan;/)
    expect(headers.at(-1)?.supervision).toMatch(/^accept;/)
  })

  it('falls back like any other where the executor is down, and the session goes on', async () => {
    executor.always({ fault: 'status', status: 500 })
    const { headers, ids } = await work(openaiOf(open(advising, { supervises: { everyTurns: 100 } })), {
      most: 2,
    })
    expect(headers[0]).toMatchObject({ tier: 'frontier', degraded: 'local-down' })
    expect(headers[1]?.supervision).toMatch(/turn=2; session=continued/)
    expect(ids[1]).toMatch(/^call_[\w-]{30}_2$/)
  })
})
