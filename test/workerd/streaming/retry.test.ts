/** Asking again: before the first byte only, as patiently as the upstream asks, and within one deadline. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, type Script, startFrontier } from '../../doubles/frontier.ts'
import { askRaw, openaiOf, question, streamed } from '../place/asking.ts'
import { type Carriage, carriages, streams } from '../place/carriages.ts'
import { type Conductor, startConductor } from '../place/conductor.ts'
import { streamEvents } from '../place/events.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'

const overloaded: Script = { fault: 'status', status: 503 }
/** Clocks step in whole milliseconds, on both sides. */
const stepMs = 2

describe.each(placeNames)('asking again on %s', (name) => {
  let place: Place
  let frontier: Frontier
  let conductor: Conductor
  const open = (settings: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [frontier], ...settings })
  const ask = async (gateway: Gateway, carriage: Carriage) => {
    const client = await askRaw(gateway, carriage.stream ? streamed : question)
    const response = await client.response()
    client.hangUp()
    return response
  }
  /** Between the arrivals of the first two requests. */
  const pausedMs = (): number => frontier.requests[1]!.arrivedAtMs - frontier.requests[0]!.arrivedAtMs

  beforeAll(async () => {
    place = await startPlace(name)
    conductor = await startConductor()
  })
  beforeEach(async () => {
    frontier = await startFrontier()
    return () => frontier.close()
  })
  afterAll(async () => {
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
    await place.close()
    await conductor.close()
  })

  it.each(carriages)(
    'TRUST 18: is done as often as the options say, and not once more: $name',
    async (carriage) => {
      for (const attempts of [1, 2, 4]) {
        await using own = await startFrontier()
        own.always(overloaded)
        const gateway = open({ ...carriage.settings, frontier: [own], retry: { attempts } })
        expect((await ask(gateway, carriage)).status).toBe(502)
        expect(own.requests).toHaveLength(attempts)
      }
    },
  )

  it.each(streams)('TRUST 18: is never done after the first byte: $name', async (carriage) => {
    const asked = conductor.asked()
    const client = await askRaw(open({ ...carriage.settings, frontier: [conductor, frontier] }), streamed)
    const turn = await conductor.turn(asked)
    await turn.write(streamEvents()[0]!)
    await client.events(1)
    turn.cut()
    expect((await client.response()).ending).toBe('cut')
    expect(conductor.asked()).toBe(asked + 1)
    expect(frontier.requests).toHaveLength(0)
  })

  it('TRUST 18: waits as long as retry-after-ms asks', async () => {
    frontier.next({ ...overloaded, retryAfterMs: 150 })
    await openaiOf(open()).chat.completions.create(question)
    expect(pausedMs()).toBeGreaterThanOrEqual(150 - stepMs)
  })

  it('TRUST 18: waits as long as retry-after asks, in seconds and as a date', async () => {
    frontier.next({ ...overloaded, retryAfter: '1' })
    await openaiOf(open()).chat.completions.create(question)
    expect(pausedMs()).toBeGreaterThanOrEqual(1_000 - stepMs)

    await using dated = await startFrontier()
    // A date has whole seconds: this one is between one and two of them away.
    const at = Math.ceil(Date.now() / 1_000) * 1_000 + 1_000
    dated.next({ ...overloaded, retryAfter: new Date(at).toUTCString() })
    await openaiOf(open({ frontier: [dated] })).chat.completions.create(question)
    expect(dated.requests[1]!.arrivedAtMs).toBeGreaterThanOrEqual(at - stepMs)
  })

  it('TRUST 18: passes over an upstream that asks for more patience than there is, and tells the caller', async () => {
    await using other = await startFrontier()
    frontier.always({ ...overloaded, retryAfter: '30' })
    await openaiOf(open({ frontier: [frontier, other] })).chat.completions.create(question)
    expect([frontier.requests.length, other.requests.length]).toEqual([1, 1])

    const { status, headers } = await ask(open(), carriages[0]!)
    expect(status).toBe(502)
    expect(headers).toContainEqual(['retry-after', '30'])
  })

  it('TRUST 18: doubles its pause, and takes up to half off it at random', async () => {
    const retry = { attempts: 3, pauseMs: 60, longestPauseMs: 5_000 }
    frontier.always(overloaded)
    await ask(open({ retry, random: 0 }), carriages[0]!)
    const [first, second, third] = frontier.requests.map((request) => request.arrivedAtMs) as [
      number,
      number,
      number,
    ]
    expect(second - first).toBeGreaterThanOrEqual(60 - stepMs)
    expect(third - second).toBeGreaterThanOrEqual(120 - stepMs)
  })

  it('TRUST 18: stays within the one deadline of the request', async () => {
    frontier.always(overloaded)
    const settings = { retry: { attempts: 100, pauseMs: 50 }, deadlines: { totalMs: 1_000 } }
    for (const carriage of carriages) {
      await using own = await startFrontier()
      own.always(overloaded)
      const { status } = await ask(open({ ...carriage.settings, ...settings, frontier: [own] }), carriage)
      expect(status).toBe(502)
      const first = own.requests[0]!.arrivedAtMs
      // A hundred attempts with their pauses would take minutes; the rest is for requests that are late to arrive.
      expect(own.requests.every((request) => request.arrivedAtMs - first <= 5_000)).toBe(true)
    }
  })

  it('TRUST 18: leaves a request alone that no repetition would mend', async () => {
    for (const status of [400, 401, 403, 404, 413, 422]) {
      await using own = await startFrontier()
      own.always({ fault: 'status', status })
      await ask(open({ frontier: [own] }), carriages[0]!)
      expect(own.requests).toHaveLength(1)
    }
  })

  it('TRUST 18: is what the openai client does too, and each of its requests is one of its own', async () => {
    frontier.next(overloaded)
    frontier.next(overloaded)
    const gateway = open()
    await openaiOf(gateway, { maxRetries: 1 }).chat.completions.create(question)
    expect(frontier.requests).toHaveLength(3)
    const { records } = await gateway.observed()
    expect(records.map((record) => record.outcome)).toEqual(['refused', 'answered'])
    expect(new Set(records.map((record) => record.id)).size).toBe(2)
  })
})
