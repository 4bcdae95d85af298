/** Attempts that follow each other: each that may have been billed has a hold of its own, and no other has one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, type Script, startFrontier } from '../../doubles/frontier.ts'
import { askRaw, openaiOf, question, streamed } from '../place/asking.ts'
import { type Carriage, carriages, streams } from '../place/carriages.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { type Closing, expectClosed, whenClosed } from './closed.ts'

type Row = {
  readonly says: string
  /** What the first upstream does at each attempt, in turn. */
  readonly first: readonly Script[]
  readonly closings: readonly Closing[]
  /** Requests at the first and at the second upstream. */
  readonly asked: readonly [number, number]
}

const failing: Script = { fault: 'status', status: 500 }
const reset: Script = { fault: 'refused-before-headers' }

const rows: readonly Row[] = [
  { says: 'an answer at once', first: [{}], closings: ['usage'], asked: [1, 0] },
  { says: 'a retry after 500', first: [failing, {}], closings: ['usage'], asked: [2, 0] },
  { says: 'a retry after a reset', first: [reset, {}], closings: ['held', 'usage'], asked: [2, 0] },
  {
    says: 'a fallback after two 500',
    first: [failing, failing],
    closings: ['released', 'usage'],
    asked: [2, 1],
  },
  {
    says: 'a fallback after two resets',
    first: [reset, reset],
    closings: ['held', 'held', 'usage'],
    asked: [2, 1],
  },
  {
    says: 'a fallback after 500 and a reset',
    first: [failing, reset],
    closings: ['held', 'usage'],
    asked: [2, 1],
  },
  {
    says: 'a fallback after a reset and 500',
    first: [reset, failing],
    closings: ['held', 'released', 'usage'],
    asked: [2, 1],
  },
  {
    says: 'a fallback after 401',
    first: [{ fault: 'status', status: 401 }],
    closings: ['released', 'usage'],
    asked: [1, 1],
  },
  {
    says: 'a fallback after a redirect',
    first: [{ fault: 'redirect' }],
    closings: ['released', 'usage'],
    asked: [1, 1],
  },
  {
    says: 'a fallback after a page',
    first: [{ fault: 'wrong-content-type' }],
    closings: ['held', 'usage'],
    asked: [1, 1],
  },
]

describe.each(placeNames)('attempts that follow each other on %s', (name) => {
  let place: Place
  let first: Frontier
  let second: Frontier
  const open = (carriage: Carriage, settings: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [first, second], ...carriage.settings, ...settings })
  const ask = async (gateway: Gateway, carriage: Carriage): Promise<number> => {
    const client = await askRaw(gateway, carriage.stream ? streamed : question)
    const { status } = await client.response()
    client.hangUp()
    return status
  }

  beforeAll(async () => {
    place = await startPlace(name)
  })
  beforeEach(async () => {
    first = await startFrontier()
    second = await startFrontier()
    return async () => {
      await first.close()
      await second.close()
    }
  })
  afterAll(() => place.close())

  describe.each(rows)('$says', ({ says, first: scripts, closings, asked }) => {
    it.each(carriages)(
      'TRUST 6, 18: is charged as often as an upstream was used: $name',
      async (carriage) => {
        for (const script of scripts) first.next(script)
        const gateway = open(carriage)
        expect(await ask(gateway, carriage)).toBe(200)
        expect([first.requests.length, second.requests.length]).toEqual(asked)
        await expectClosed(gateway, `${says}, ${carriage.name}`, { closings })
      },
    )
  })

  it.each(carriages)(
    'TRUST 6: a connection that is refused costs nothing where the platform says so: $name',
    async (carriage) => {
      const gone = await closedUrl()
      // Plain workerd says the same of a connection that broke after the request was read.
      const never: readonly Closing[] = name === 'node' ? ['released'] : ['held', 'held']
      const gateway = open(carriage, { frontier: [{ url: gone, key: 'k' }, second] })
      expect(await ask(gateway, carriage)).toBe(200)
      await expectClosed(gateway, 'refused', { closings: [...never, 'usage'] })
      const alone = open(carriage, { frontier: [{ url: gone, key: 'k' }] })
      expect(await ask(alone, carriage)).toBe(502)
      await expectClosed(alone, 'refused, alone', { closings: never })
    },
  )

  it.each(streams)(
    'TRUST 6: an upstream that is too slow is charged, and so is the one that answers: $name',
    async (carriage) => {
      first.always({ fault: 'hang-before-headers' })
      const gateway = open(carriage, { deadlines: { firstTokenMs: 1_500 } })
      expect(await ask(gateway, carriage)).toBe(200)
      await expectClosed(gateway, 'too slow', { closings: ['held', 'usage'] })
    },
  )

  it.each(carriages)(
    'TRUST 6: a node without a price makes no hold, and the frontier behind it one: $name',
    async (carriage) => {
      first.always(failing)
      const gateway = open(carriage, { local: [first], frontier: [second] })
      const openai = openaiOf(gateway)
      const asking = {
        ...question,
        messages: [{ role: 'user' as const, content: 'Rewrite this politely: go away.' }],
      }
      if (carriage.stream)
        await Array.fromAsync(await openai.chat.completions.create({ ...asking, stream: true }))
      else await openai.chat.completions.create(asking)
      expect([first.requests.length, second.requests.length]).toEqual([1, 1])
      const { records } = await expectClosed(gateway, 'fallback from local', { closings: ['usage'] })
      expect(records[0]).toMatchObject({ degraded: 'local-down', served: { tier: 'frontier', attempts: 2 } })
    },
  )

  it('TRUST 6: a denied request leaves no trace in the books', async () => {
    for (const carriage of carriages) {
      const gateway = open(carriage, { limit: 1 })
      expect(await ask(gateway, carriage)).toBe(429)
      const { calls, records } = await whenClosed(gateway)
      expect(calls.map((call) => [call.verb, call.outcome])).toEqual([['reserve', 'exhausted']])
      expect(records).toMatchObject([{ outcome: 'refused', error: 'budget-exhausted', charge: null }])
    }
    expect([first.requests.length, second.requests.length]).toEqual([0, 0])
  })

  it('TRUST 6: a rewriter that fails is our fault, and what the upstream made is charged', async () => {
    for (const stream of [true, false]) {
      const gateway = open({ name: 'events', stream, settings: { rewrite: 'throw' } })
      const client = await askRaw(gateway, stream ? streamed : question)
      const { status } = await client.response()
      expect(status).toBe(stream ? 200 : 500)
      await expectClosed(gateway, 'rewriter', {
        closings: [stream ? 'seen' : 'usage'],
        visible: stream ? 1 : 0,
      })
    }
  })

  if (name === 'workerd') {
    it('TRUST 6, 18: retries and fallbacks are charged the same in a Durable Object', async () => {
      for (const { says, first: scripts, closings } of rows) {
        for (const script of scripts) first.next(script)
        const gateway = open(carriages[0]!, { books: 'durable-object' })
        await ask(gateway, carriages[0]!)
        await expectClosed(gateway, says, { closings })
      }
    })
  }
})

/** An address where nobody listens any more. */
async function closedUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return `http://127.0.0.1:${port}`
}
