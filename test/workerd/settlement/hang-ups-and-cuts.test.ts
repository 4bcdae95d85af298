/** A client that leaves and an upstream that breaks off, at every chunk, in every way of carrying an answer. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { askRaw, question, streamed } from '../place/asking.ts'
import { type Carriage, carriages, events, native, relayed } from '../place/carriages.ts'
import { type Conductor, startConductor, type Turn } from '../place/conductor.ts'
import { streamEvents, visibleOf, wholePieces } from '../place/events.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { type Closing, expectClosed, expectUntouched } from './closed.ts'

const allEvents = streamEvents()
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

describe.each(placeNames)('on %s', (name) => {
  let place: Place
  let upstream: Conductor
  const over: Gateway[] = []

  beforeAll(async () => {
    place = await startPlace(name)
    upstream = await startConductor()
  })
  afterAll(async () => {
    await place.close()
    await upstream.close()
  })

  /** The question is asked, and the upstream has sent so much of its answer as the client could see. */
  async function begun(carriage: Carriage, sent: number, settings: Partial<GatewaySettings> = {}) {
    const gateway = place.open({
      frontier: [upstream],
      retry: { attempts: 1 },
      ...carriage.settings,
      ...settings,
    })
    over.push(gateway)
    const asked = upstream.asked()
    const client = await askRaw(gateway, carriage.stream ? streamed : question)
    const turn = await upstream.turn(asked)
    await (carriage.stream ? sendEvents(turn, sent) : sendPieces(turn, sent))
    const visible = !carriage.stream ? 0 : carriage === native ? sent : visibleOf(sent)
    if (visible > 0) await client.events(visible)
    return { gateway, client, turn, visible: Math.min(visible, 8) }
  }

  async function hangUp(carriage: Carriage, sent: number, settings: Partial<GatewaySettings> = {}) {
    const { gateway, client, turn, visible } = await begun(carriage, sent, settings)
    client.hangUp()
    if (carriage === native) {
      for (const event of allEvents.slice(sent)) await turn.write(event)
      turn.end()
    }
    await turn.left
    return { gateway, visible }
  }

  const hangUps = [relayed, events, native].flatMap((carriage) =>
    upTo(11).map((sent) => ({ carriage, name: carriage.name, sent })),
  )
  it.each(hangUps)(
    'TRUST 6: a hang-up after $sent chunks is charged once: $name',
    async ({ carriage, sent }) => {
      const { gateway, visible } = await hangUp(carriage, sent)
      // The usage chunk is held back from the client: whether it had been read is the network's choice.
      const closing: Closing =
        carriage === native ? 'usage' : sent === 0 ? 'held' : sent < 10 ? 'estimated' : 'seen'
      await expectClosed(gateway, `hang-up at ${sent}`, { closings: [closing], visible })
    },
  )

  it('TRUST 6: a hang-up before a whole answer is charged once, at each of its pieces', async () => {
    for (const carriage of carriages.filter((each) => !each.stream)) {
      for (const sent of upTo(8)) {
        const { gateway } = await hangUp(carriage, sent)
        await expectClosed(gateway, `${carriage.name}, hang-up at ${sent}`, { closings: ['held'] })
      }
    }
  })

  it.each([relayed, events])(
    'TRUST 6: a hang-up at the very end is charged the usage: $name',
    async (carriage) => {
      const { gateway, client, turn } = await begun(carriage, 11)
      await client.events(10)
      client.hangUp()
      turn.end()
      await expectClosed(gateway, 'hang-up at the end', { closings: ['usage'] })
    },
  )

  const ends = [
    { name: 'cut', end: (turn: Turn) => turn.cut() },
    { name: 'ended', end: (turn: Turn) => turn.end() },
  ]
  const cuts = ends.flatMap((end) =>
    [relayed, events, native].flatMap((carriage) =>
      upTo(11).map((sent) => ({ end, carriage, how: end.name, name: carriage.name, sent })),
    ),
  )
  it.each(cuts)(
    'TRUST 6: an answer that is $how after $sent chunks is charged once: $name',
    async ({ end, carriage, sent }) => {
      const { gateway, client, turn, visible } = await begun(carriage, sent)
      end.end(turn)
      await client.response()
      await expectClosed(gateway, `${end.name} at ${sent}`, {
        closings: [closingOfCut(carriage, end.name === 'cut', sent)],
        visible,
      })
    },
  )

  it('TRUST 6: a whole answer that is cut is charged as often as it was asked for', async () => {
    for (const carriage of carriages.filter((each) => !each.stream)) {
      const { gateway, client, turn } = await begun(carriage, 4, { retry: { attempts: 2 } })
      const second = upstream.turn(upstream.asked())
      turn.cut()
      await sendPieces(await second, 8)
      await client.response()
      await expectClosed(gateway, carriage.name, { closings: ['held', 'usage'] })
    }
  })

  it('TRUST 6: a client that stalls holds nothing beyond the deadline', async () => {
    for (const carriage of [relayed, events, native]) {
      const gateway = place.open({
        frontier: [upstream],
        ...carriage.settings,
        deadlines: { totalMs: 2_000 },
      })
      const asked = upstream.asked()
      const client = await askRaw(gateway, streamed)
      client.stall()
      const turn = await upstream.turn(asked)
      const large = streamEvents({ pieces: ['m'.repeat(1024 * 1024)] })[1] ?? ''
      let stopped = false
      turn.left.then(() => {
        stopped = true
      })
      while (!stopped) await Promise.race([turn.write(large), turn.left])
      const closing = carriage === native ? 'held' : 'estimated'
      await expectClosed(gateway, carriage.name, { closings: [closing], visible: 1 })
      client.hangUp()
    }
  })

  if (name === 'workerd') {
    const books = { books: 'durable-object' } as const
    it.each([0, 1, 4, 9])(
      'TRUST 6: a hang-up after %i chunks is charged once in a Durable Object',
      async (sent) => {
        for (const carriage of [relayed, events, native]) {
          const { gateway, visible } = await hangUp(carriage, sent, books)
          const closing = carriage === native ? 'usage' : sent === 0 ? 'held' : 'estimated'
          await expectClosed(gateway, `${carriage.name} at ${sent}`, { closings: [closing], visible })
        }
      },
    )

    it.each([1, 5, 9])('TRUST 6: a cut after %i chunks is charged once in a Durable Object', async (sent) => {
      for (const carriage of [relayed, events, native]) {
        const { gateway, client, turn, visible } = await begun(carriage, sent, books)
        turn.cut()
        await client.response()
        await expectClosed(gateway, carriage.name, {
          closings: [closingOfCut(carriage, true, sent)],
          visible,
        })
      }
    })

    it('TRUST 6: an answer is charged its usage in a Durable Object', async () => {
      for (const carriage of carriages) {
        const { gateway, client, turn } = await begun(carriage, carriage.stream ? 11 : 8, books)
        turn.end()
        await client.response()
        await expectClosed(gateway, carriage.name, { closings: ['usage'] })
      }
    })
  }

  it('TRUST 6: nothing of all this was told to the store a second time, later', async () => {
    await expectUntouched(over)
  })
})

function closingOfCut(carriage: Carriage, cut: boolean, sent: number): Closing {
  // Natively a cut loses what had been collected; a clean end is read.
  if (carriage === native) return cut || sent === 0 ? 'held' : sent < 10 ? 'estimated' : 'usage'
  if (sent === 0) return 'held'
  if (sent < 10) return 'estimated'
  return cut ? 'seen' : 'usage'
}

async function sendEvents(turn: Turn, count: number): Promise<void> {
  turn.head(200, { 'content-type': 'text/event-stream' })
  for (const event of allEvents.slice(0, count)) await turn.write(event)
}

async function sendPieces(turn: Turn, count: number): Promise<void> {
  const pieces = wholePieces()
  turn.head(200, { 'content-type': 'application/json', 'content-length': String(pieces.join('').length) })
  for (const piece of pieces.slice(0, count)) await turn.write(piece)
  if (count === pieces.length) turn.end()
}
