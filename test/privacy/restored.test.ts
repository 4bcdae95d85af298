/** What a redacted request looks like to a provider, and its answer to the caller. */
import type { Detector } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { contentOf, gateway, iban, mail, saidIn, streamed } from './gateway.ts'

describe('a request that is looked through', () => {
  it('is sensitive for what was found, and leaves redacted where nothing near can serve it', async () => {
    const { ask, frontier, records } = gateway({ detect: true })
    const response = await ask(`Write to ${mail} please.`)
    expect(response.status).toBe(200)
    expect(await contentOf(response)).toBe(`Write to ${mail} please.`)
    expect(response.headers.get('x-nearside-redacted')).toBe('1')
    expect(frontier()).toHaveLength(1)
    expect(frontier()[0]!.body).not.toContain(mail)
    expect(frontier()[0]!.body).toMatch(/\[EMAIL_\w{3}\]/)
    expect(records.at(-1)?.privacy).toMatchObject({
      level: 'sensitive',
      from: { account: null, header: null, found: 'sensitive', unread: null },
      found: { email: 1 },
      redacted: 1,
    })
    expect(JSON.stringify(records)).not.toContain(mail)
  })

  it('is answered near as it is, where something near can', async () => {
    const { ask, sent } = gateway({ detect: true }, { near: 'up' })
    const response = await ask(`Write to ${mail} please.`)
    expect(response.headers.get('x-nearside-tier')).toBe('local')
    expect(response.headers.has('x-nearside-redacted')).toBe(false)
    expect(sent).toHaveLength(1)
    expect(sent[0]!.body).toContain(mail)
  })

  it('gets its values back from a stream of single characters', async () => {
    const { ask, frontier } = gateway({ detect: true }, { onHangUp: 'finish' })
    const response = await ask(`Write to ${mail} and ${iban}.`, { stream: true })
    expect(await saidIn(response)).toBe(`Write to ${mail} and ${iban}.`)
    expect(response.headers.get('x-nearside-redacted')).toBe('2')
    expect(frontier()[0]!.body).not.toContain(iban)
  })

  it('says nothing and changes nothing where no rules are configured', async () => {
    const { ask, frontier, records } = gateway(null)
    const response = await ask(`Write to ${mail} please.`, { headers: { 'x-nearside-privacy': 'sensitive' } })
    expect(response.headers.has('x-nearside-redacted')).toBe(false)
    expect(frontier()[0]!.body).toContain(mail)
    expect(records.at(-1)).not.toHaveProperty('privacy')
  })

  it('has nothing that is personal in tool arguments, tool answers, metadata or stop words, and the names of a schema as they were', async () => {
    const { ask, frontier } = gateway({ detect: true })
    const parameters = {
      type: 'object',
      properties: { email_of_person: { type: 'string', description: `such as ${mail}`, enum: ['a', 'b'] } },
      required: ['email_of_person'],
    }
    await ask('', {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: `Mail ${mail}` },
            { type: 'text', text: `or ${iban}` },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'send', arguments: JSON.stringify({ to: mail }) },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: `sent to ${mail}` },
      ],
      tools: [{ type: 'function', function: { name: 'send', description: `Mails ${mail}`, parameters } }],
      metadata: { asked_by: mail },
      stop: [mail],
      user: mail,
    })
    const body = frontier()[0]?.body ?? ''
    expect(body).not.toContain(mail)
    expect(body).not.toContain(iban)
    const sent = JSON.parse(body)
    expect(sent.tools[0].function.parameters.properties.email_of_person).toMatchObject({ enum: ['a', 'b'] })
    expect(sent.tools[0].function.parameters.required).toEqual(['email_of_person'])
    expect(sent.messages[1].tool_calls[0].function.name).toBe('send')
    expect(JSON.parse(sent.messages[1].tool_calls[0].function.arguments).to).toMatch(/^\[EMAIL_/)
  })

  it.each([false, true])(
    'writes a value into the arguments of a tool call as JSON writes it, streamed: %s',
    async (stream) => {
      const address = 'Ada "Bö" Lovelace <ada.lovelace@example.org>'
      const quoted: Detector = (text) => {
        const start = text.indexOf(address)
        return start < 0
          ? []
          : [{ kind: 'person', detail: 'test', start, end: start + address.length, basis: 'form' }]
      }
      let seen = ''
      const { ask } = gateway(
        { detect: true },
        {
          near: 'none',
          senses: { find: quoted },
          fetch: async (_url, init) => {
            const placeholder = /\[PERSON_\w+\]/.exec(String(init?.body))?.[0] ?? ''
            seen = String(init?.body)
            const json = JSON.stringify({ to: placeholder })
            const call = (part: string, first: boolean): object => ({
              index: 0,
              ...(first ? { id: 'call_1', type: 'function' } : {}),
              function: { ...(first ? { name: 'send' } : {}), arguments: part },
            })
            if (stream) return streamed([...json].map((char, i) => ({ tool_calls: [call(char, i === 0)] })))
            const message = { role: 'assistant', content: null, tool_calls: [call(json, true)] }
            return Response.json({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }] })
          },
        },
      )
      const response = await ask(`Write to ${address}`, { stream })
      const text = await response.text()
      const args = stream
        ? text
            .split('\n')
            .filter((line) => line.startsWith('data: {'))
            .map(
              (line) =>
                JSON.parse(line.slice(6)).choices?.[0]?.delta.tool_calls?.[0]?.function.arguments ?? '',
            )
            .join('')
        : JSON.parse(text).choices[0].message.tool_calls[0].function.arguments
      expect(JSON.parse(args)).toEqual({ to: address })
      expect(seen).not.toContain('Lovelace')
    },
  )

  it('keeps log-probabilities back, which would speak of placeholders, and says so', async () => {
    const { ask } = gateway({ detect: true })
    const response = await ask(`Write to ${mail}.`, { logprobs: true })
    expect(response.headers.get('x-nearside-ignored')).toBe('logprobs')
    expect(await response.json()).toMatchObject({ choices: [{ logprobs: null }] })
  })

  it('is redacted to the same text in every attempt', async () => {
    let calls = 0
    const { ask, frontier } = gateway(
      { detect: true },
      {
        answer: (text) => {
          if (calls++ === 0) throw new Error('broken')
          return text
        },
      },
    )
    expect(await contentOf(await ask(`Write to ${mail}.`))).toBe(`Write to ${mail}.`)
    expect(frontier()).toHaveLength(2)
    expect(frontier()[0]!.body).toBe(frontier()[1]!.body)
  })
})
