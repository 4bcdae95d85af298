import { setTimeout as pause } from 'node:timers/promises'
import type { GivenPolicy } from '@nearside/core'
import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from '../../doubles/answer.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { askRaw, openaiOf } from '../place/asking.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import { type GatewaySettings, price } from '../place/settings.ts'
import {
  canaries,
  messages,
  report,
  seenBy,
  signature,
  supervising,
  task,
  usages,
  working,
} from './report.ts'

const terms = { leastTokens: 1_000, chunkTokens: 400, overlapTokens: 40, rounds: 1 }
const policy: GivenPolicy = { strategy: 'map-reduce', mapReduce: terms }
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam

const readReport = {
  type: 'function',
  function: { name: 'read_report', description: 'Asks about the report.', parameters: { type: 'object' } },
} as const

/** A small model that asks about the report once, says what it heard, and reads pieces where it is given one. */
function askingOnce(body: unknown): Partial<Answer> {
  if (seenBy(body) !== 'whole') return working(body)
  const heard = /Ada Lovelace/.exec(JSON.stringify(body))?.[0]
  if (heard !== undefined) return { pieces: [`It was ${heard}.`] }
  const call = { id: 'call_of_the_node', name: 'read_report', pieces: ['{}'] }
  return { pieces: [], toolCalls: [call], finishReason: 'tool_calls' }
}

const costOf = (...calls: readonly (keyof typeof usages)[]): number =>
  calls.reduce(
    (sum, call) => sum + usages[call].promptTokens * price.prompt + usages[call].outputTokens * price.output,
    0,
  )
const sawOf = ({ requests }: Frontier): readonly string[] => requests.map(({ json }) => seenBy(json))

describe.each(placeNames)('a long document, in %s', (name) => {
  let place: Place
  let nodes: readonly Frontier[]
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    nodes = await Promise.all([1, 2, 3].map(() => startFrontier({ answering: working })))
    return async () => {
      await Promise.all(nodes.map((node) => node.close()))
    }
  })

  const open = (frontier: readonly Frontier[], more: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier, local: nodes, localZone: 'premises', policy, ...more })

  async function ask(gateway: Gateway, headers: Record<string, string> = {}, more: object = {}) {
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create({ model: 'auto', messages: [...messages], ...more }, { headers })
      .withResponse()
    const body = data as typeof data & { nearside: { map_reduce?: Record<string, unknown>; cost: string } }
    const said = (word: string) => response.headers.get(`x-nearside-${word}`)
    return { body, text: body.choices[0]?.message.content, said }
  }

  async function stream(gateway: Gateway, more: object = {}) {
    const { data, response } = await openaiOf(gateway)
      .chat.completions.create({
        model: 'auto',
        messages: [...messages],
        stream: true,
        stream_options: { include_usage: true },
        ...more,
      })
      .withResponse()
    let text = ''
    let pieces = 0
    let last: Record<string, unknown> = {}
    let usage: unknown = null
    for await (const chunk of data) {
      const content = chunk.choices[0]?.delta.content ?? ''
      if (content !== '') pieces++
      text += content
      usage = chunk.usage ?? usage
      last = { ...last, ...(chunk as unknown as Record<string, unknown>) }
    }
    return { text, pieces, usage, last, said: (word: string) => response.headers.get(`x-nearside-${word}`) }
  }

  /** Nothing of the document but its outline and what was found in it. */
  function expectUnseen({ requests }: Frontier): void {
    for (const { body } of requests) {
      for (const canary of canaries) expect(body).not.toContain(canary)
      if (body.includes('You supervise')) expect(body).not.toContain(signature)
    }
  }

  it('is read by the nodes alone; the supervisor sees an outline and what was found, and both are charged exactly', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    const gateway = open([frontier])
    const { text, said, body } = await ask(gateway)
    expect(text).toBe('Ada Lovelace signed it [c5], in Turin.')
    expect(['tier', 'strategy', 'reason', 'degraded'].map(said)).toEqual([
      'frontier',
      'map-reduce',
      'long-document',
      null,
    ])
    expect(said('pieces')).toBe('pieces=12;asked=3;found=1;none=2;unanswered=0;left=0')
    expect(body.nearside.map_reduce).toMatchObject({
      planned_by: 'supervisor',
      rounds: 1,
      citations_removed: 1,
      cited: [{ id: 'c5' }],
    })
    const [cited] = (body.nearside.map_reduce?.cited ?? []) as readonly { start: number; end: number }[]
    expect(report.slice(cited?.start, cited?.end)).toContain(signature)

    expect(sawOf(frontier)).toEqual(['plan', 'answer'])
    expectUnseen(frontier)
    expect(frontier.requests[1]?.body).toContain(signature)
    expect(nodes.flatMap(sawOf)).toEqual(['piece', 'piece', 'piece'])
    // Each node has its share.
    expect(nodes.map(({ requests }) => requests.length)).toEqual([1, 1, 1])

    const { balance, records } = await gateway.observed()
    expect(balance).toMatchObject({ settled: costOf('plan', 'answer'), reserved: 0, charges: 2 })
    expect(records).toHaveLength(1)
    expect(records[0]?.charge).toEqual({ amount: costOf('plan', 'answer'), flag: null })
    expect(records[0]?.mapReduce).toMatchObject({
      chunks: 12,
      asked: 3,
      found: 1,
      abstained: 2,
      unanswered: 0,
    })
    expect(records[0]?.judged?.map(({ outcome }) => outcome).toSorted()).toEqual(
      ['planned', 'found', 'abstained', 'abstained', 'served'].toSorted(),
    )
    expect(JSON.stringify(records)).not.toMatch(/canary|signed|committee/)
    const prompt = usages.plan.promptTokens + usages.answer.promptTokens + 3 * usages.piece.promptTokens
    expect(body.usage).toMatchObject({ prompt_tokens: prompt })
  })

  it('is answered in a stream, piece by piece, with the same citations and the same charge', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    const gateway = open([frontier])
    const { text, pieces, usage, last, said } = await stream(gateway)
    expect(text).toBe('Ada Lovelace signed it [c5], in Turin.')
    expect(pieces).toBeGreaterThan(3)
    expect(said('strategy')).toBe('map-reduce')
    expect(usage).toMatchObject({
      completion_tokens:
        usages.plan.outputTokens + usages.answer.outputTokens + 3 * usages.piece.outputTokens,
    })
    expect(last.nearside).toMatchObject({ map_reduce: { citations_removed: 1, cited: [{ id: 'c5' }] } })
    expectUnseen(frontier)
    const { balance, records } = await gateway.observed()
    expect(balance).toMatchObject({ settled: costOf('plan', 'answer'), reserved: 0 })
    expect(records[0]).toMatchObject({
      outcome: 'answered',
      charge: { amount: costOf('plan', 'answer'), flag: null },
      mapReduce: { citationsRemoved: 1 },
    })
  })

  it('is read to its end though a node dies: another is asked', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    nodes[1]?.always({ fault: 'refused-before-headers' })
    const gateway = open([frontier])
    const { text, said } = await ask(gateway)
    expect(text).toContain('Ada Lovelace')
    expect(said('pieces')).toBe('pieces=12;asked=3;found=1;none=2;unanswered=0;left=0')
    expect(said('degraded')).toBeNull()
    expectUnseen(frontier)
    const { records, balance } = await gateway.observed()
    expect(records[0]?.judged?.some(({ outcome }) => outcome === 'failed')).toBe(true)
    expect(balance?.settled).toBe(costOf('plan', 'answer'))
  })

  it('says so where pieces could not be read, and asks the answer to only where the policy does', async () => {
    for (const saysMissing of [false, true]) {
      await using frontier = await startFrontier({ answering: supervising() })
      for (const [index, node] of nodes.entries()) {
        if (index > 0) node.always({ fault: 'hang-before-headers' })
      }
      const gateway = open([frontier], {
        policy: { ...policy, mapReduce: { ...terms, saysMissing } },
        deadlines: { totalMs: 6_000 },
        retry: { attempts: 1 },
      })
      const { said } = await ask(gateway)
      expect(said('pieces')).toMatch(/asked=3;found=\d;none=\d;unanswered=2;left=0$/)
      expect(said('degraded')).toBe('partly-read')
      expect(frontier.requests[1]?.body.includes('could not be read')).toBe(saysMissing)
      expectUnseen(frontier)
    }
  })

  it('is asked once more where the supervisor wants to know more, and no third time', async () => {
    const more = JSON.stringify({ jobs: [{ question: 'Where was it signed?', from: 5, to: 5 }] })
    for (const way of [ask, stream]) {
      await using frontier = await startFrontier({ answering: supervising(more, 'In Turin [c5].') })
      const gateway = open([frontier], { policy: { ...policy, mapReduce: { ...terms, rounds: 2 } } })
      expect((await way(gateway)).text).toBe('In Turin [c5].')
      expect(sawOf(frontier)).toEqual(['plan', 'answer', 'answer'])
      expect(frontier.requests[2]?.body).not.toContain('jobs')
      expectUnseen(frontier)
      const { balance, records } = await gateway.observed()
      expect(balance).toMatchObject({ settled: costOf('plan', 'answer', 'answer'), reserved: 0 })
      expect(records[0]?.mapReduce).toMatchObject({ rounds: 2, asked: 4 })
    }
  })

  it('TRUST 25: stays on the premises where it may not leave, and is planned and summed up there', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    const gateway = open([frontier])
    const { text, said, body } = await ask(gateway, { 'x-nearside-privacy': 'never-leave' })
    expect(text).toBe('Ada, says a node [c5].')
    expect([said('tier'), said('strategy')]).toEqual(['local', 'map-reduce'])
    expect(body.nearside.map_reduce).toMatchObject({ planned_by: 'task', asked: 12 })
    expect(frontier.requests).toHaveLength(0)
    const { calls } = await gateway.observed()
    expect(calls).toEqual([])
    for (const node of nodes) node.always({ fault: 'status', status: 500 })
    await expect(ask(gateway, { 'x-nearside-privacy': 'never-leave' })).rejects.toThrow()
    expect(frontier.requests).toHaveLength(0)
  })

  it('TRUST 25: is shown to no provider where it is sensitive and nobody looked through it', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    const { said } = await ask(open([frontier]), { 'x-nearside-privacy': 'sensitive' })
    expect(said('tier')).toBe('local')
    expect(frontier.requests).toHaveLength(0)
  })

  it.each([
    ['nonsense', 'I would ask about chapter five.'],
    ['jobs for pieces that are not there', '{"jobs":[{"question":"Who?","from":99,"to":100}]}'],
    ['nothing', ''],
  ])('is asked the task itself where the supervisor plans %s', async (_, said) => {
    await using frontier = await startFrontier({
      answering: (body) =>
        seenBy(body) === 'plan' ? { pieces: [said], usage: usages.plan } : supervising()(body),
    })
    const gateway = open([frontier])
    const { text, body } = await ask(gateway)
    expect(text).toContain('Ada Lovelace')
    expect(body.nearside.map_reduce).toMatchObject({ planned_by: 'task', asked: 12 })
    expect((await gateway.observed()).balance?.settled).toBe(costOf('plan', 'answer'))
  })

  it('is summed up by a node where the supervisor fails behind the plan, and says that it is worse', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    frontier.next({})
    frontier.always({ fault: 'status', status: 500 })
    const { text, said } = await ask(open([frontier]))
    expect(text).toBe('Ada, says a node [c5].')
    expect([said('tier'), said('degraded')]).toEqual(['local', 'frontier-down'])
  })

  it('is refused, or read nearer, where a cap has nothing left for the supervisor', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    await expect(ask(open([frontier], { limit: 1_000 }))).rejects.toMatchObject({
      code: 'insufficient_quota',
    })
    const nearer = open([frontier], { limit: 1_000, policy: { ...policy, whenSpent: 'nearer' } })
    const { said, text } = await ask(nearer)
    expect([said('tier'), said('degraded'), text]).toEqual([
      'local',
      'budget-spent',
      'Ada, says a node [c5].',
    ])
    expect(frontier.requests).toHaveLength(0)
  })

  it('goes whole to whoever may stand in where no node answers at all, or nowhere', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    for (const node of nodes) node.always({ fault: 'refused-before-headers' })
    const gateway = open([frontier])
    const { said } = await ask(gateway)
    expect([said('strategy'), said('tier'), said('degraded')]).toEqual(['direct', 'frontier', 'local-down'])
    expect(sawOf(frontier)).toEqual(['plan', 'whole'])
    expect((await gateway.observed()).balance?.settled).toBe(costOf('plan', 'whole'))
    const strict = open([frontier], { policy: { ...policy, whenLocalDown: 'refuse' } })
    await expect(ask(strict)).rejects.toMatchObject({ status: 503 })
  })

  it('is charged for what was used where the stream of its answer breaks', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    frontier.next({})
    frontier.always({ fault: 'cut', afterChunks: 3 })
    const gateway = open([frontier])
    await expect(stream(gateway)).rejects.toThrow()
    const { balance, records } = await gateway.observed()
    expect(balance?.reserved).toBe(0)
    expect(records[0]).toMatchObject({ outcome: 'cut', charge: { amount: balance?.settled } })
    expect(balance?.settled).toBeGreaterThan(costOf('plan'))
  })

  it('TRUST 13: is given up where its caller leaves while it is read, and only what was asked is paid for', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    for (const node of nodes) node.always({ fault: 'hang-before-headers' })
    const gateway = open([frontier])
    const connection = await askRaw(gateway, { model: 'auto', messages })
    await Promise.all(nodes.map((node) => node.request(0)))
    connection.hangUp()
    await expect.poll(() => nodes.map((node) => node.connections()), { timeout: 60_000 }).toEqual([0, 0, 0])
    expect(sawOf(frontier)).toEqual(['plan'])
    await expect
      .poll(async () => (await gateway.observed()).balance, { timeout: 60_000 })
      .toMatchObject({ settled: costOf('plan'), reserved: 0 })
  })

  it('TRUST 13: is paid for and over where its caller leaves while the supervisor is still wording a wish for more', async () => {
    const more = JSON.stringify({ jobs: [{ question: 'Where was it signed?', from: 5, to: 5 }] })
    await using frontier = await startFrontier({ answering: supervising(more) })
    frontier.next({})
    frontier.always({ fault: 'hang-mid-stream', afterChunks: 2 })
    const gateway = open([frontier], { policy: { ...policy, mapReduce: { ...terms, rounds: 2 } } })
    const connection = await askRaw(gateway, { model: 'auto', messages, stream: true })
    await frontier.request(1)
    // Until its first words are read.
    await pause(100)
    connection.hangUp()
    await expect.poll(() => frontier.connections(), { timeout: 60_000 }).toBe(0)
    await expect
      .poll(async () => (await gateway.observed()).balance, { timeout: 60_000 })
      .toMatchObject({ reserved: 0, charges: 2 })
    expect(sawOf(frontier)).toEqual(['plan', 'answer'])
  })

  it('keeps to the time that its caller has: what is not read by then is left unread', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    nodes[2]?.always({ fault: 'hang-before-headers' })
    const begunAt = Date.now()
    const { said } = await ask(open([frontier]), { 'x-nearside-latency-ms': '4000' })
    expect(said('strategy')).toBe('map-reduce')
    expect(said('pieces')).toMatch(/unanswered=1;/)
    // Without the caller's word it would have been two thirds of the gateway's own time, more than a minute.
    expect(Date.now() - begunAt).toBeLessThan(50_000)
  })

  it('is told apart in the body that a node gets: one piece, one question, and no task', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    await ask(open([frontier]))
    for (const { body } of nodes.flatMap(({ requests }) => requests)) {
      expect(body).toContain('Quote who signed the contract.')
      expect(body).not.toContain(task)
      expect(canaries.filter((canary) => body.includes(canary))).toHaveLength(1)
    }
  })

  it('stays direct where there is nothing to read in pieces, and says so', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    const gateway = open([frontier])
    for (const more of [
      { messages: [{ role: 'user', content: task }] },
      { tools: [{ type: 'function', function: { name: 'look_up', parameters: {} } }] },
      { model: 'local' },
    ]) {
      expect((await ask(gateway, {}, more)).said('strategy')).toBe('direct')
    }
  })

  it('is asked about by a tool of a plain loop, whose own turns are supervised at the same gateway', async () => {
    await using frontier = await startFrontier({ answering: supervising() })
    await using executor = await startFrontier({ answering: askingOnce })
    const gateway = open([frontier], {
      local: [executor],
      policy: { strategy: 'execute-verify-advise', mapReduce: terms },
      supervises: { everyTurns: 100 },
    })
    const openai = openaiOf(gateway)
    const conversation: Message[] = [{ role: 'user', content: task }]
    const strategies: (string | null)[] = []
    for (let turn = 0; turn < 4; turn++) {
      const asked = { model: 'auto', messages: [...conversation], tools: [readReport] }
      const { data, response } = await openai.chat.completions.create(asked).withResponse()
      strategies.push(response.headers.get('x-nearside-strategy'))
      const { message } = data.choices[0]!
      conversation.push(message)
      for (const { id } of message.tool_calls ?? []) {
        const found = await ask(gateway, { 'x-nearside-strategy': 'map-reduce' })
        strategies.push(found.said('strategy'))
        conversation.push({ role: 'tool', tool_call_id: id, content: found.text ?? '' })
      }
      if (message.tool_calls === undefined) break
    }
    expect(conversation.at(-1)?.content).toBe('It was Ada Lovelace.')
    expect(strategies).toEqual(['execute-verify-advise', 'map-reduce', 'execute-verify-advise'])
    expectUnseen(frontier)
    const { balance, records } = await gateway.observed()
    expect(balance).toMatchObject({ settled: costOf('plan', 'answer'), reserved: 0 })
    expect(records.reduce((sum, { charge }) => sum + (charge?.amount ?? 0), 0)).toBe(costOf('plan', 'answer'))
  })

  it('leaves no rejection that nobody saw', async () => {
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})
