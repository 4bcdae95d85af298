import type { ChatMessage, ToolCall } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { type Author, makerOf, taggedId, toolCallKey, untaggedId } from './tool-call-ids.ts'

const secret = 'a secret of thirty-two characters or more'
const acme = toolCallKey(secret, 'acme')
const globex = toolCallKey(secret, 'globex')
const small: Author = { tier: 'local', model: 'small' }
const other: Author = { tier: 'local', model: 'other' }

const said = (role: ChatMessage['role'], ids: readonly string[] = []): ChatMessage => ({
  role,
  text: 'x',
  images: 0,
  audio: 0,
  toolCalls: ids.map((id): ToolCall => ({ id, name: 'look', arguments: '{}' })),
  toolCallId: null,
})
const whoMade = (ids: readonly string[], key = acme, authors: readonly Author[] = [other, small]) =>
  makerOf(() => key, [said('user'), said('assistant', ids), said('tool')], authors)
const byFrontier = { tier: 'frontier', model: null }

/** As servers make them, and as nobody should. */
const ids = [
  'call_0123456789abcdef01234567',
  'call_1',
  'chatcmpl-tool-0123456789abcdef0123456789abcdef',
  '9charsabc',
  'call_with/strange:signs',
  'a'.repeat(500),
  'é'.repeat(30),
  ' ',
  'call_',
]

describe('the id of a tool call', () => {
  it.each(ids)('says to this gateway who made it, in the form that clients know: %s', (id) => {
    const tagged = taggedId(acme, small, id)
    expect(tagged).toMatch(/^call_[0-9A-Za-z_-]{1,35}$/)
    expect(whoMade([tagged])).toEqual(small)
    expect(taggedId(acme, small, id)).toBe(tagged)
  })

  it.each(ids)('is told to its node as the node has made it, or as it went out: %s', (id) => {
    const tagged = taggedId(acme, small, id)
    const short = id !== 'call_' && /^(?:call_)?[0-9A-Za-z_-]{1,24}$/.test(id)
    expect(untaggedId(acme, small, tagged)).toBe(short ? id : tagged)
    for (const [key, author] of [
      [globex, small],
      [acme, other],
    ] as const)
      expect(untaggedId(key, author, tagged)).toBe(tagged)
  })

  it('of one tenant never means anything for another', () => {
    for (let round = 0; round < 300; round++) {
      const id = `call_${round.toString(36).repeat(3)}`
      const tagged = taggedId(acme, small, id)
      expect(whoMade([tagged], globex)).toEqual(byFrontier)
      expect(tagged).not.toBe(taggedId(globex, small, id))
      expect(tagged).not.toBe(taggedId(acme, other, id))
    }
  })

  it('says nothing of tenant, tier or model', () => {
    const tagged = taggedId(
      toolCallKey(secret, 'customer'),
      { tier: 'local', model: 'secretmodel' },
      'call_1',
    )
    expect(tagged).not.toMatch(/customer|local|secretmodel/)
  })

  it('is a frontier’s where a single sign of it was changed', () => {
    const tagged = taggedId(acme, small, 'call_0123456789abcdef01234567')
    for (let at = 0; at < tagged.length; at++) {
      const changed = tagged.slice(0, at) + (tagged[at] === 'x' ? 'y' : 'x') + tagged.slice(at + 1)
      expect(whoMade([changed]), changed).toEqual(byFrontier)
    }
  })

  it('is a frontier’s where it has no tag, is empty, or its model is gone', () => {
    for (const id of ['call_DdmO9pD3xa9XTPNJ32zg2hcA', '', 'toolu_01', `call_n${'0'.repeat(34)}`])
      expect(whoMade([id])).toEqual(byFrontier)
    expect(whoMade([taggedId(acme, small, 'call_1')], acme, [other])).toEqual(byFrontier)
  })

  it('counts with the others of its turn: made by several, they are a frontier’s', () => {
    const one = taggedId(acme, small, 'call_1')
    expect(whoMade([one, taggedId(acme, small, 'call_2')])).toEqual(small)
    expect(whoMade([one, taggedId(acme, other, 'call_2')])).toEqual(byFrontier)
    expect(whoMade([one, 'call_DdmO9pD3xa9XTPNJ32zg2hcA'])).toEqual(byFrontier)
  })
})

describe('who made the calls that are open', () => {
  const key = (): never => {
    throw new Error('nothing was to be computed')
  }
  it('is asked of the newest turn of an assistant alone, and costs nothing without one', () => {
    expect(makerOf(key, [said('user')], [small])).toBeUndefined()
    expect(makerOf(key, [said('user'), said('assistant'), said('user')], [small])).toBeUndefined()
    const closed = [said('assistant', ['call_1']), said('tool'), said('assistant'), said('user')]
    expect(makerOf(key, closed, [small])).toBeUndefined()
  })

  it('is known behind the results, and behind what the user says to them', () => {
    const calls = said('assistant', [taggedId(acme, small, 'call_1')])
    for (const rest of [[], [said('tool')], [said('tool'), said('user')]])
      expect(makerOf(() => acme, [said('user'), calls, ...rest], [small])).toEqual(small)
  })
})
