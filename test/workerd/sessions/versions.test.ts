import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type Gateway, type Place, placeNames, startPlace } from '../place/places.ts'
import type { GatewaySettings } from '../place/settings.ts'
import { clientOf, easy, hard } from './loops.ts'
import { type Node, startNode } from './node.ts'

const sessionSecret = 'a secret of thirty-two characters or more'

describe.each(placeNames)('a session, in %s', (name) => {
  let place: Place
  let nodes: readonly Node[]
  let frontier: Frontier
  beforeAll(async () => {
    place = await startPlace(name)
  })
  afterAll(() => place.close())
  beforeEach(async () => {
    nodes = await Promise.all([startNode(() => 'first node'), startNode(() => 'second node')])
    frontier = await startFrontier()
    return async () => {
      await Promise.all([...nodes.map((node) => node.close()), frontier.close()])
    }
  })
  const open = (more: Partial<GatewaySettings> = {}): Gateway =>
    place.open({ frontier: [frontier], local: nodes, localZone: 'premises', sessionSecret, ...more })

  /** What an answer says of itself. */
  async function turn(
    gateway: Gateway,
    session: string | null,
    given: { text?: string; stream?: true } = {},
  ) {
    const headers: Record<string, string> = session === null ? {} : { 'x-nearside-session': session }
    const { openai } = clientOf(gateway, headers)
    const asked = {
      model: 'auto',
      messages: [{ role: 'user' as const, content: given.text ?? easy }],
    }
    const said = (response: Response) => ({
      token: response.headers.get('x-nearside-session') ?? '',
      state: response.headers.get('x-nearside-session-state'),
      degraded: response.headers.get('x-nearside-degraded'),
      tier: response.headers.get('x-nearside-tier'),
    })
    if (given.stream !== true) {
      const { data, response } = await openai.chat.completions.create(asked).withResponse()
      return {
        ...said(response),
        fingerprint: data.system_fingerprint,
        text: data.choices[0]?.message.content,
      }
    }
    const { data, response } = await openai.chat.completions.create({ ...asked, stream: true }).withResponse()
    let text = ''
    let fingerprint: string | undefined
    for await (const chunk of data) {
      text += chunk.choices[0]?.delta.content ?? ''
      fingerprint ??= chunk.system_fingerprint
    }
    return { ...said(response), fingerprint, text }
  }

  it('stays with a node that still has its version when another comes back with new weights', async () => {
    const gateway = open()
    const { token, fingerprint, state } = await turn(gateway, null)
    expect({ state, fingerprint }).toEqual({ state: 'version-unpinned', fingerprint: 'fp_1+first' })
    await nodes[0]!.restart('2+second')
    // Whoever is in no session meets the new weights, and so the gateway hears of them.
    await expect.poll(async () => (await turn(gateway, null)).fingerprint).toBe('fp_2+second')
    for (const stream of [undefined, true] as const) {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => turn(gateway, token, stream === undefined ? {} : { stream })),
      )
      for (const answer of answers)
        expect(answer).toMatchObject({
          state: 'kept',
          degraded: null,
          token,
          fingerprint: 'fp_1+first',
          text: 'second node',
        })
    }
    expect(frontier.requests).toHaveLength(0)
  })

  it.each([undefined, true] as const)(
    'is told when all nodes came back with new weights, in the answer that is the first of them (streamed: %s)',
    async (stream) => {
      const gateway = open()
      const given = stream === undefined ? {} : { stream }
      const { token } = await turn(gateway, null, given)
      await Promise.all(nodes.map((node) => node.restart('2+second')))
      const changed = await turn(gateway, token, given)
      expect(changed).toMatchObject({
        state: 'changed',
        degraded: 'version-changed',
        tier: 'local',
        fingerprint: 'fp_2+second',
      })
      const next = await turn(gateway, changed.token, given)
      expect(next).toMatchObject({ state: 'kept', degraded: null, fingerprint: 'fp_2+second' })
      const { records } = await gateway.observed()
      expect(records.map(({ session, degraded, served }) => [session, degraded, served?.version])).toEqual([
        ['version-unpinned', null, '1+first'],
        ['changed', 'version-changed', '2+second'],
        ['kept', null, '2+second'],
      ])
    },
  )

  it('rises with a hard turn and stays there, and its tenant’s token is worth nothing to another', async () => {
    const gateway = open()
    const begun = await turn(gateway, null)
    const risen = await turn(gateway, begun.token, { text: hard })
    expect(risen).toMatchObject({ state: 'moved', tier: 'frontier', degraded: null })
    expect(await turn(gateway, risen.token)).toMatchObject({ state: 'kept', tier: 'frontier' })
    expect(await turn(gateway, risen.token, { stream: true })).toMatchObject({
      state: 'kept',
      tier: 'frontier',
    })
    const stranger = await turn(open(), risen.token)
    expect(stranger).toMatchObject({ state: 'invalid', tier: 'local', degraded: null })
    expect(stranger.token).not.toBe(risen.token)
  })
})
