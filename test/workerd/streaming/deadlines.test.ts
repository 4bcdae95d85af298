/** Nobody is waited for without end: not for a body, a first token, a next piece, a whole answer, nor a reader. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { connectRaw, type RawConnection } from '../../harness/raw.ts'
import { askRaw, openaiOf, question, streamed } from '../place/asking.ts'
import { events, native, relayed, streams, whole } from '../place/carriages.ts'
import { memoryMib } from '../place/memory.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'

/** Reading events costs more of a processor; a quarter of the readers shows the same. */
const stalling = [
  { ...relayed, readers: 100 },
  { ...events, readers: 25 },
]
/** What the kernel keeps for two connections, and as much garbage that nobody has collected yet. */
const mostMibEach = 8

describe.each(placeNames)('a deadline on %s', (name) => {
  let place: Place
  const open = (frontier: Frontier, settings: Partial<GatewaySettings>): Gateway =>
    place.open({ frontier: [frontier], ...settings })

  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(async () => {
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
    await place.close()
  })

  describe('of the body', () => {
    const head = (gateway: Gateway, length: string): string => {
      const { host, pathname } = new URL(gateway.url)
      return `POST ${pathname}/v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n${length}\r\n\r\n`
    }

    it.each([
      ['with a length', 'content-length: 2000', (part: string) => part],
      [
        'without one',
        'transfer-encoding: chunked',
        (part: string) => `${part.length.toString(16)}\r\n${part}\r\n`,
      ],
    ])(
      'TRUST 15: refuses a body that drips, %s, and the upstream is not asked',
      async (_, length, framed) => {
        await using frontier = await startFrontier()
        const gateway = open(frontier, { deadlines: { bodyMs: 200 } })
        const client = await connectRaw(gateway.url)
        await client.send(head(gateway, length), framed('{"model":"auto",'))
        let answered = false
        const dripping = (async () => {
          while (!answered && !client.closed()) await client.send(framed(' '), 20).catch(() => {})
        })()
        const { status, body } = await client.response()
        answered = true
        await dripping
        client.hangUp()
        expect(status).toBe(400)
        expect(JSON.parse(body)).toMatchObject({
          error: { code: 'bad_request', message: expect.stringContaining('200 ms') },
        })
        expect(frontier.requests).toHaveLength(0)
      },
    )

    it('TRUST 15: serves others while a hundred bodies drip', async () => {
      await using frontier = await startFrontier()
      const gateway = open(frontier, { deadlines: { bodyMs: 60_000 } })
      const dripping: RawConnection[] = []
      for (let i = 0; i < 100; i++) {
        const client = await connectRaw(gateway.url)
        await client.send(head(gateway, 'content-length: 2000'), '{')
        dripping.push(client)
      }
      await openaiOf(gateway).chat.completions.create(question)
      for (const client of dripping) client.hangUp()
    })
  })

  describe('of the first token', () => {
    it.each(streams)('TRUST 15: answers 504, and tells the upstream: $name', async (carriage) => {
      await using frontier = await startFrontier()
      frontier.always({ fault: 'hang-before-headers' })
      const gateway = open(frontier, { ...carriage.settings, deadlines: { firstTokenMs: 1_000 } })
      const asking = openaiOf(gateway).chat.completions.create(streamed)
      await expect(asking).rejects.toMatchObject({ status: 504, code: 'timed_out' })
      expect(await (await frontier.request(0)).over).toBe('left')
      expect(frontier.requests).toHaveLength(1)
    })

    it.each([relayed, events])('TRUST 15: counts headers for nothing: $name', async (carriage) => {
      await using frontier = await startFrontier()
      frontier.always({ fault: 'hang-after-headers' })
      const gateway = open(frontier, { ...carriage.settings, deadlines: { firstTokenMs: 1_000 } })
      const asking = openaiOf(gateway).chat.completions.create(streamed)
      await expect(asking).rejects.toMatchObject({ status: 504, code: 'timed_out' })
      expect(await (await frontier.request(0)).over).toBe('left')
    })
  })

  it.each(['hang-before-headers', 'hang-after-headers'] as const)(
    'TRUST 15: a whole answer has all the time of the request, and no more: %s',
    async (fault) => {
      await using frontier = await startFrontier()
      frontier.always({ fault })
      const gateway = open(frontier, { ...whole.settings, deadlines: { firstTokenMs: 50, totalMs: 1_000 } })
      const asking = openaiOf(gateway).chat.completions.create(question)
      await expect(asking).rejects.toMatchObject({
        status: 504,
        message: expect.stringContaining('total deadline'),
      })
      expect(await (await frontier.request(0)).over).toBe('left')
    },
  )

  it('TRUST 15: a whole answer that is seen to stop coming is not waited for', async () => {
    await using frontier = await startFrontier()
    frontier.always({ fault: 'hang-mid-stream', afterChunks: 4, unsized: true })
    const gateway = open(frontier, { ...whole.settings, deadlines: { idleMs: 500, totalMs: 60_000 } })
    await expect(openaiOf(gateway).chat.completions.create(question)).rejects.toMatchObject({
      status: 504,
      message: expect.stringContaining('idle deadline'),
    })
    expect(await (await frontier.request(0)).over).toBe('left')
  })

  it.each([relayed, events])(
    'TRUST 15: an upstream that pauses for too long is stopped, and the client told: $name',
    async ({ settings }) => {
      await using frontier = await startFrontier()
      frontier.always({ fault: 'hang-mid-stream', afterChunks: 4 })
      const client = await askRaw(open(frontier, { ...settings, deadlines: { idleMs: 1_000 } }), streamed)
      const { status, body, ending } = await client.response()
      expect([status, ending]).toEqual([200, 'cut'])
      expect(body).toContain('"code":"timed_out"')
      expect(body).toContain('idle deadline')
      expect(await (await frontier.request(0)).over).toBe('left')
    },
  )

  it.each([relayed, events])(
    'TRUST 15: an answer without end is ended by the total deadline: $name',
    async ({ settings }) => {
      await using frontier = await startFrontier()
      frontier.always({ fault: 'endless-drip', delayMs: 10 })
      const client = await askRaw(
        open(frontier, { ...settings, deadlines: { totalMs: 2_000, idleMs: 1_900 } }),
        streamed,
      )
      const { body, ending } = await client.response()
      expect(ending).toBe('cut')
      expect(body).toContain('total deadline')
      expect(await (await frontier.request(0)).over).toBe('left')
    },
  )

  it('TRUST 15: natively there is no idle deadline, and the total one aborts the connection', async () => {
    await using frontier = await startFrontier()
    frontier.always({ fault: 'hang-mid-stream', afterChunks: 4 })
    const deadlines = { firstTokenMs: 2_000, idleMs: 100, totalMs: 2_500 }
    const asked = Date.now()
    const client = await askRaw(open(frontier, { ...native.settings, deadlines }), streamed)
    const { body, ending } = await client.response()
    expect(ending).toBe('cut')
    expect(Date.now() - asked).toBeGreaterThanOrEqual(2_498)
    expect(body).not.toContain('error')
    expect(await (await frontier.request(0)).over).toBe('left')
  })

  it('TRUST 15: the total deadline stands above the first token of every attempt', async () => {
    await using frontier = await startFrontier()
    await using other = await startFrontier()
    frontier.always({ fault: 'hang-before-headers' })
    other.always({ fault: 'hang-before-headers' })
    const gateway = place.open({
      frontier: [frontier, other],
      deadlines: { firstTokenMs: 250, totalMs: 400 },
    })
    await expect(openaiOf(gateway).chat.completions.create(streamed)).rejects.toMatchObject({ status: 503 })
    expect((await gateway.observed()).records[0]?.error).toBe('no-tier-left')
  })

  it.each(stalling)(
    'TRUST 15: $readers readers that stall hold their upstreams still, and memory flat: $name',
    async ({ settings, readers }) => {
      await using frontier = await startFrontier()
      frontier.always({ fault: 'endless-body' })
      const gateway = open(frontier, { ...settings, deadlines: { idleMs: 60_000 } })
      const before = await memoryMib(name)
      const clients = await Promise.all(
        Array.from({ length: readers }, async () => {
          const client = await askRaw(gateway, streamed)
          client.stall()
          return client
        }),
      )
      await frontier.request(readers - 1)
      const written = (): number => frontier.requests.reduce((sum, request) => sum + request.chunksSent, 0)
      // Each upstream writes 64 KiB at a time for as long as anybody takes it: at rest means that nobody does.
      for (let last = -1; last !== written(); ) {
        last = written()
        await delay(250)
      }
      const heldMib = (await memoryMib(name)) - before
      expect(written() / 16).toBeLessThan(readers * mostMibEach * 3)
      expect(heldMib).toBeLessThan(readers * mostMibEach)
      for (const client of clients) client.hangUp()
      await Promise.all(frontier.requests.map((request) => request.over))
      expect(frontier.connections()).toBe(0)
    },
  )
})
