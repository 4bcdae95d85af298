import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../chat/json.ts'
import { readChatRequest } from './read-chat-request.ts'
import { type BodyChange, upstreamBody } from './upstream-body.ts'

function sent(fields: JsonObject, change: Partial<BodyChange> = {}): JsonObject {
  const request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: 'hi' }], ...fields })
  return JSON.parse(upstreamBody(request, { model: 'real', includeUsage: false, ...change })) as JsonObject
}

describe('the body that goes upstream', () => {
  it('is the caller’s own, unknown fields included, with the model of the plan', () => {
    const fields = { temperature: 0.1, reasoning_effort: 'low', metadata: { a: ['é', null] }, max_tokens: 5 }
    expect(sent(fields)).toEqual({ model: 'real', messages: [{ role: 'user', content: 'hi' }], ...fields })
  })

  it('asks a stream for its usage and keeps the other options of the stream', () => {
    const fields = { stream: true, stream_options: { include_obfuscation: false } }
    expect(sent(fields, { includeUsage: true }).stream_options).toEqual({
      include_obfuscation: false,
      include_usage: true,
    })
    expect(sent({ stream: true, stream_options: null }, { includeUsage: true }).stream_options).toEqual({
      include_usage: true,
    })
    expect(sent(fields).stream_options).toEqual(fields.stream_options)
  })

  it('never asks for the usage where nothing streams, which upstreams refuse', () => {
    expect(sent({}, { includeUsage: true })).not.toHaveProperty('stream_options')
  })

  it.each([
    {},
    { max_tokens: 500 },
    { max_completion_tokens: 500 },
    { max_completion_tokens: null, max_tokens: null },
    { max_completion_tokens: 20, max_tokens: 900 },
  ])('TRUST 6: has the limit that was held where this upstream reads it, and no other: %j', (named) => {
    const newer = sent(named, { outputLimit: 20 })
    expect(newer).toMatchObject({ max_completion_tokens: 20 })
    expect(newer).not.toHaveProperty('max_tokens')
    const older = sent(named, { outputLimit: 20, limitField: 'max_tokens' })
    expect(older).toMatchObject({ max_tokens: 20 })
    expect(older).not.toHaveProperty('max_completion_tokens')
  })

  it('has the caller’s own limits where no money is held for them', () => {
    const named = { max_completion_tokens: 500, max_tokens: 900 }
    expect(sent(named, { limitField: 'max_tokens' })).toMatchObject(named)
  })

  it('has nothing in it that is private to Nearside', () => {
    const given = sent({ nearside: { tier: 'edge' }, 'x-nearside-privacy': 'never-leave', 'X-Nearside': 1 })
    expect(Object.keys(given)).toEqual(['model', 'messages'])
  })

  it('leaves the request of the caller as it was', () => {
    const body = { model: 'auto', messages: [{ role: 'user', content: 'hi' }], stream: true, nearside: 1 }
    const before = structuredClone(body)
    upstreamBody(readChatRequest(body), { model: 'real', includeUsage: true, outputLimit: 5 })
    expect(body).toEqual(before)
  })
})
