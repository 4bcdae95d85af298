import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../chat/json.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { type FoundDocument, findDocument } from './find-document.ts'

const long = `# Report\n\n${'A line of the report that says something.\n\n'.repeat(100)}The end of it.`
const found = (messages: JsonValue): FoundDocument | null =>
  findDocument(readChatRequest({ model: 'auto', messages }))

describe('the document of a request', () => {
  it('is the longest text of a user, and the task is what else was written', () => {
    const rest = { document: long, task: 'Who signed it?', instructions: 'Answer in German.' }
    const system = { role: 'system', content: 'Answer in German.' }
    expect(
      found([system, { role: 'user', content: long }, { role: 'user', content: 'Who signed it?' }]),
    ).toEqual(rest)
    const parts = [
      { type: 'text', text: long },
      { type: 'text', text: 'Who signed it?' },
    ]
    expect(found([system, { role: 'user', content: parts }])).toEqual(rest)
  })

  it('may come in one text with its task, before it or behind it', () => {
    expect(found([{ role: 'user', content: `Who signed it?\n\n${long}` }])).toMatchObject({
      task: 'Who signed it?',
      document: long,
    })
    const behind = found([{ role: 'user', content: `${long}\n\nWho signed it?` }])
    expect(behind).toMatchObject({ task: 'Who signed it?', document: long })
    expect(found([{ role: 'user', content: `Read this.\n\n${long}\n\nWho signed it?` }])).toMatchObject({
      task: 'Read this.\n\nWho signed it?',
      document: long,
    })
  })

  it('keeps who said what of a conversation about it', () => {
    const said = [
      { role: 'user', content: long },
      { role: 'assistant', content: 'A report.' },
      { role: 'user', content: 'By whom?' },
    ]
    expect(found(said)?.task).toBe('assistant: A report.\n\nuser: By whom?')
  })

  it.each<[string, JsonValue]>([
    ['where all texts are short', [{ role: 'user', content: 'Hello there.' }]],
    [
      'where a system message is the long one',
      [
        { role: 'system', content: long },
        { role: 'user', content: 'Hi' },
      ],
    ],
    ['where nothing is asked', [{ role: 'user', content: 'x'.repeat(9_000) }]],
    [
      'where the task is long itself',
      [
        { role: 'user', content: long.repeat(3) },
        { role: 'user', content: 'y'.repeat(7_000) },
      ],
    ],
  ])('is none %s', (_, messages) => {
    expect(found(messages)).toBeNull()
  })

  it('TRUST 34: is found in eight megabytes of line breaks in one pass', () => {
    const text = `${'\n \n'.repeat(2_700_000)}x`
    expect(
      found([
        { role: 'user', content: text },
        { role: 'user', content: 'Well?' },
      ])?.document,
    ).toBe(text)
    found([{ role: 'user', content: text }])
  })
})
