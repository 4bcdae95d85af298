import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { attachedTokens, promptTokens } from './prompt-tokens.ts'

const request = (fields: JsonObject) =>
  readChatRequest({ model: 'auto', messages: [{ role: 'user', content: 'hi' }], ...fields })
const withParts = (...content: JsonValue[]) => request({ messages: [{ role: 'user', content }] })
const words = 'a description of what is wanted '.repeat(100)

describe('the tokens of a prompt', () => {
  it('TRUST 6: count the name of who speaks, however long it is', () => {
    const plain = promptTokens(request({}))
    const named = promptTokens(request({ messages: [{ role: 'user', content: 'hi', name: words }] }))
    expect(named - plain).toBeGreaterThan(500)
  })

  it('TRUST 6: count what only an upstream knows of a message', () => {
    const plain = promptTokens(request({}))
    for (const [member, thought] of [
      ['reasoning_content', words],
      ['reasoning_details', [{ type: 'reasoning.text', text: words }]],
    ] as const) {
      const said = { role: 'assistant', content: 'hi', [member]: thought } as JsonObject
      expect(promptTokens(request({ messages: [said] })) - plain).toBeGreaterThan(500)
    }
  })

  it('TRUST 6: count what only an upstream knows of a request, and no settings', () => {
    const plain = promptTokens(request({}))
    expect(promptTokens(request({ documents: [{ title: 'a', text: words }] })) - plain).toBeGreaterThan(500)
    expect(promptTokens(request({ chat_template: words })) - plain).toBeGreaterThan(500)
    const settings = {
      temperature: 1,
      reasoning_effort: 'high',
      metadata: { a: words },
      logit_bias: { 7: 1 },
    }
    expect(promptTokens(request(settings))).toBe(plain)
  })

  it('TRUST 6: count functions as they count tools', () => {
    const declared = { name: 'f', description: words, parameters: { type: 'object', properties: {} } }
    const older = promptTokens(request({ functions: [declared] }))
    const newer = promptTokens(request({ tools: [{ type: 'function', function: declared }] }))
    expect(older).toBeGreaterThan(500)
    expect(newer - older).toBeLessThan(30)
  })
})

describe('what attachments may come to beyond that', () => {
  it('TRUST 6: is a file’s size, and has no bound where its data is elsewhere', () => {
    const file = (held: JsonObject) => attachedTokens(withParts({ type: 'file', file: held }))
    expect(file({ filename: 'a.pdf', file_data: 'x'.repeat(9_000) })).toBe(9_000)
    expect(file({ file_id: 'file-1' })).toBe(Number.POSITIVE_INFINITY)
    expect(attachedTokens(withParts({ type: 'video_url', video_url: { url: 'https://a.example/' } }))).toBe(
      Number.POSITIVE_INFINITY,
    )
  })

  it('TRUST 6: is above an hour of speech at ten tokens a second', () => {
    const hour = { data: 'x'.repeat(3_600 * 800), format: 'mp3' }
    expect(attachedTokens(withParts({ type: 'input_audio', input_audio: hour }))).toBeGreaterThan(36_000)
  })

  it('is nothing for text and pictures, which are counted already', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
    expect(attachedTokens(withParts({ type: 'text', text: words }, image))).toBe(0)
    expect(attachedTokens(request({}))).toBe(0)
  })
})
