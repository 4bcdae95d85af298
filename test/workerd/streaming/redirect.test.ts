/** An upstream that sends its caller elsewhere: nobody goes there, and nothing that is secret does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { openaiOf, question, streamed } from '../place/asking.ts'
import { carriages } from '../place/carriages.ts'
import { type Place, placeNames, startPlace } from '../place/places.ts'

describe.each(placeNames)('a redirect behind %s', (name) => {
  let place: Place
  let frontier: Frontier
  beforeAll(async () => {
    place = await startPlace(name)
    frontier = await startFrontier()
  })
  afterAll(async () => {
    expect(await place.faults()).toEqual([])
    await place.close()
    await frontier.close()
  })

  describe.each([300, 301, 302, 303, 304, 305, 307, 308])('with %i', (status) => {
    it.each(carriages)(
      'TRUST 19: is not followed, to another origin or to the same, and the caller is told: $name',
      async (carriage) => {
        const gateway = place.open({ frontier: [frontier], ...carriage.settings })
        for (const location of [
          undefined,
          '/v1/chat/completions',
          '//elsewhere.invalid/v1',
          `${frontier.elsewhere.url}/?key=`,
        ]) {
          const asked = frontier.requests.length
          frontier.next({ fault: 'redirect', status, ...(location === undefined ? {} : { location }) })
          const refused = openaiOf(gateway).chat.completions.create(carriage.stream ? streamed : question)
          await expect(refused).rejects.toMatchObject({ status: 502, code: 'tier_failed' })
          await expect(refused).rejects.toThrow(new RegExp(`frontier-1 .*${status}`))
          expect(frontier.requests).toHaveLength(asked + 1)
        }
        expect(frontier.elsewhere.requests).toEqual([])
      },
    )
  })

  it('TRUST 19: takes a request to the next upstream, and each upstream sees its own key alone', async () => {
    await using other = await startFrontier({ key: 'sk-of-the-other' })
    frontier.next({ fault: 'redirect', location: `${other.url}/v1/chat/completions` })
    const gateway = place.open({ frontier: [frontier, other] })
    await openaiOf(gateway).chat.completions.create(question)
    expect(frontier.requests.at(-1)?.headers.authorization).toBe(`Bearer ${frontier.key}`)
    expect(other.requests.map((request) => request.headers.authorization)).toEqual(['Bearer sk-of-the-other'])
    expect(JSON.stringify(other.requests)).not.toContain(frontier.key)
  })
})
