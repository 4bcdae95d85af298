/** The first chunk is with the client while the upstream waits for its cue to write the second. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerText, openaiOf, streamed } from '../place/asking.ts'
import { streams } from '../place/carriages.ts'
import { type Conductor, startConductor } from '../place/conductor.ts'
import { streamEvents } from '../place/events.ts'
import { type Place, placeNames, startPlace } from '../place/places.ts'

describe.each(placeNames)('the first chunk on %s', (name) => {
  let place: Place
  let upstream: Conductor
  beforeAll(async () => {
    place = await startPlace(name)
    upstream = await startConductor()
  })
  afterAll(async () => {
    expect(await place.faults()).toEqual([])
    await place.close()
    await upstream.close()
  })

  it.each(streams)(
    'TRUST 17: waits for nothing, and nor does any other up to the finish: $name',
    async ({ settings }) => {
      const gateway = place.open({ frontier: [upstream], ...settings })
      const asked = upstream.asked()
      const asking = openaiOf(gateway).chat.completions.create(streamed)
      const turn = await upstream.turn(asked)
      const [first = '', ...rest] = streamEvents()
      await turn.write(first)
      let text = ''
      // Each event is written only when the client has the one before it: whoever waits for two waits for ever.
      for await (const chunk of await asking) {
        text += chunk.choices[0]?.delta.content ?? ''
        const next = rest.shift()
        if (next === undefined) continue
        await turn.write(next)
        if (next.includes('"finish_reason":"stop"')) {
          for (const last of rest.splice(0)) await turn.write(last)
          turn.end()
        }
      }
      expect(text).toBe(answerText)
    },
  )
})
