/** However an upstream cuts its events into bytes and lines, the openai client reads the same answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultName, faultNames, faults } from '../../doubles/faults.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { answerText, streamedText, wholeText } from '../place/asking.ts'
import { native, streams, whole } from '../place/carriages.ts'
import { type Conductor, startConductor } from '../place/conductor.ts'
import { streamEvents } from '../place/events.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'

/** Sound faults that change how it is said, and what the text then is. */
const manners: readonly FaultName[] = faultNames.filter((name) => faults[name].kind === 'sound')
const texts: { readonly [name in FaultName]?: string } = {
  'large-event': 'm'.repeat(1024 * 1024),
  'split-bytes': `${answerText} Zürich, 漢字 🎉`,
  'tool-calls': '',
}

describe.each(placeNames)('an upstream with manners of its own, behind %s', (name) => {
  let place: Place
  let frontier: Frontier
  let upstream: Conductor
  const open = (settings: Partial<GatewaySettings>): Gateway =>
    place.open({ frontier: [frontier], ...settings })

  beforeAll(async () => {
    place = await startPlace(name)
    frontier = await startFrontier()
    upstream = await startConductor()
  })
  afterAll(async () => {
    expect(await place.faults()).toEqual([])
    await place.close()
    await frontier.close()
    await upstream.close()
  })

  describe.each(manners.filter((manner) => manner !== 'several-choices'))('that does this: %s', (fault) => {
    it.each([...streams, whole])('TRUST 14: the same text comes out: $name', async ({ settings, stream }) => {
      frontier.always({ fault, delayMs: 2 })
      const gateway = open(settings)
      const text = await (stream ? streamedText(gateway) : wholeText(gateway))
      expect(text).toBe(texts[fault] ?? answerText)
    })
  })

  it.each(streams)(
    'TRUST 14: an answer that comes in two parts is read whole, wherever they meet: $name',
    async ({ settings }) => {
      const text = streamEvents({ pieces: ['Zürich', ' 漢字 🎉'] }).join('')
      const bytes = Buffer.from(text)
      const gateway = open({ ...settings, frontier: [upstream] })
      // The text, the finish, the usage and the end: where a relay looks closer.
      for (
        let at = text.indexOf('Zürich') - 40;
        at < bytes.length;
        at += settings === native.settings ? 29 : 7
      ) {
        const asked = upstream.asked()
        const read = streamedText(gateway)
        const turn = await upstream.turn(asked)
        await turn.write(bytes.subarray(0, at))
        await turn.write(bytes.subarray(at))
        turn.end()
        expect(await read).toBe('Zürich 漢字 🎉')
      }
    },
  )

  it.each(streams)(
    'TRUST 14: the usage is read from every manner of writing it: $name',
    async ({ settings }) => {
      for (const fault of [
        'crlf',
        'split-bytes',
        'comments',
        'multi-line-data',
        'no-final-newline',
      ] as const) {
        frontier.always({ fault, delayMs: 0 })
        const gateway = open(settings)
        await streamedText(gateway)
        await expect
          .poll(async () => (await gateway.observed()).balance)
          .toMatchObject({ settled: 51_000, reserved: 0 })
        expect((await gateway.observed()).records[0]).toMatchObject({
          outcome: 'answered',
          charge: { flag: null },
        })
      }
    },
  )
})
