/**
 * An answer that breaks off must never look like one that ended: OpenAI's clients take the clean end of a stream for
 * success. So the client gets an error event and then an aborted connection, and where bytes pass natively the aborted
 * connection alone.
 */
import { APIError } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerText, askRaw, openaiOf, question, streamed, streamedText } from '../place/asking.ts'
import { carriages, events, native, relayed, streams } from '../place/carriages.ts'
import { type Conductor, startConductor, type Turn } from '../place/conductor.ts'
import { streamEvents, visibleOf, wholePieces } from '../place/events.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'

const allEvents = streamEvents()
/** The answer is complete with its finish, the ninth event: what is missing then is the usage and `[DONE]`. */
const unfinished = allEvents.slice(0, 8).map((_, index) => index + 1)

describe.each(placeNames)('an upstream that breaks off, behind %s', (name) => {
  let place: Place
  let upstream: Conductor
  const open = (settings: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [upstream], retry: { attempts: 1 }, ...settings })

  /** The upstream sends so many events, the client sees what it can, and then `end` happens. */
  async function broken(settings: Partial<GatewaySettings>, sent: number, end: (turn: Turn) => void) {
    const asked = upstream.asked()
    const client = await askRaw(open(settings), streamed)
    const turn = await upstream.turn(asked)
    for (const event of allEvents.slice(0, sent)) await turn.write(event)
    await client.events(settings.onHangUp === 'finish' ? sent : visibleOf(sent))
    end(turn)
    return client.response()
  }

  beforeAll(async () => {
    place = await startPlace(name)
    upstream = await startConductor()
  })
  afterAll(async () => {
    // That a body was aborted is told as an exception by workerd; a rejection that nobody handled is another thing.
    expect((await place.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
    await place.close()
    await upstream.close()
  })

  describe.each([relayed, events])('$name', ({ settings }) => {
    it.each(unfinished)(
      'TRUST 12: tells a cut after %i events by an error event and an abort',
      async (sent) => {
        const { body, ending } = await broken(settings, sent, (turn) => turn.cut())
        expect(ending).toBe('cut')
        expect(errorOf(body)).toMatchObject({ code: 'tier_failed', type: 'server_error' })
        expect(body).not.toContain('[DONE]')
      },
    )

    it.each(unfinished)('TRUST 12: takes a clean end after %i events for a cut', async (sent) => {
      const { body, ending } = await broken(settings, sent, (turn) => turn.end())
      expect(ending).toBe('cut')
      expect(errorOf(body)).toMatchObject({ code: 'tier_failed' })
    })
  })

  it.each(unfinished)(
    'TRUST 12: tells a cut after %i events by the abort alone where bytes pass natively',
    async (sent) => {
      const { body, ending } = await broken(native.settings, sent, (turn) => turn.cut())
      expect(ending).toBe('cut')
      expect(body).toBe(allEvents.slice(0, sent).join(''))
    },
  )

  it.each([relayed, events])(
    'TRUST 12: completes an answer that has its finish, without [DONE]: $name',
    async ({ settings }) => {
      for (const sent of [9, 10]) {
        const { body, ending } = await broken(settings, sent, (turn) => turn.end())
        expect(ending).toBe('complete')
        expect(body.endsWith('data: [DONE]\n\n')).toBe(true)
        expect(body).toContain('"finish_reason":"stop"')
        expect(body).toContain('"nearside":')
      }
    },
  )

  it.each(streams)(
    'TRUST 12: makes the openai client throw, whatever it had read: $name',
    async ({ settings }) => {
      for (const sent of [1, 4, 8]) {
        const asked = upstream.asked()
        const stream = await Promise.all([
          openaiOf(open(settings)).chat.completions.create(streamed),
          upstream.turn(asked).then(async (turn) => {
            for (const event of allEvents.slice(0, sent)) await turn.write(event)
            return turn
          }),
        ])
        const [chunks, turn] = stream
        let seen = 0
        const reading = (async () => {
          for await (const _ of chunks) if (++seen === visibleOf(sent)) turn.cut()
        })()
        await (settings.onHangUp === 'finish'
          ? expect(reading).rejects.toThrow()
          : expect(reading).rejects.toBeInstanceOf(APIError))
        expect(seen).toBe(sent)
      }
    },
  )

  it('TRUST 12: answers 502 when a whole answer is cut at any of its pieces', async () => {
    for (const settings of carriages.filter((each) => !each.stream).map((each) => each.settings)) {
      for (let sent = 0; sent < 8; sent++) {
        const asked = upstream.asked()
        const answer = openaiOf(open(settings)).chat.completions.create(question)
        const cut = upstream.turn(asked).then(async (turn) => {
          const length = wholePieces().join('').length
          turn.head(200, { 'content-type': 'application/json', 'content-length': String(length) })
          for (const piece of wholePieces().slice(0, sent)) await turn.write(piece)
          turn.cut()
        })
        await expect(answer).rejects.toMatchObject({ status: 502, code: 'tier_failed' })
        await cut
      }
    }
  })

  it.each([relayed, events])(
    'TRUST 12: ends the stream with an error when the upstream sends one: $name',
    async ({ settings }) => {
      const { body, ending } = await broken(settings, 3, (turn) => {
        void turn.write('data: {"error":{"message":"sk-secret"}}\n\n')
      })
      expect(ending).toBe('cut')
      expect(errorOf(body)).toMatchObject({ code: 'tier_failed' })
      expect(body).not.toContain('sk-secret')
    },
  )

  it('TRUST 12: ends the stream with an error at an event that is no JSON, where events are read', async () => {
    for (const wrong of ['data: {"choices":[{"delta":\n\n', 'data: 7\n\n']) {
      const { body, ending } = await broken(events.settings, 3, (turn) => void turn.write(wrong))
      expect(ending).toBe('cut')
      expect(errorOf(body)).toMatchObject({ code: 'tier_failed' })
    }
  })

  it('TRUST 12: ends a stream whose rewriter fails in the same way, and stops the upstream', async () => {
    const asked = upstream.asked()
    const client = await askRaw(open({ rewrite: 'throw' }), streamed)
    const turn = await upstream.turn(asked)
    for (const event of allEvents.slice(0, 3)) await turn.write(event)
    const { body, ending } = await client.response()
    expect(ending).toBe('cut')
    expect(errorOf(body)).toMatchObject({ code: 'internal_error' })
    expect(await turn.left).not.toBeNull()
  })

  it('reads the same upstream well when nothing breaks', async () => {
    const asked = upstream.asked()
    const text = streamedText(open())
    const turn = await upstream.turn(asked)
    for (const event of allEvents) await turn.write(event)
    turn.end()
    expect(await text).toBe(answerText)
  })
})

/** The error of the last event. */
function errorOf(body: string): unknown {
  const last = body.trimEnd().split('\n\n').at(-1) ?? ''
  return (JSON.parse(last.slice('data: '.length)) as { readonly error: unknown }).error
}
