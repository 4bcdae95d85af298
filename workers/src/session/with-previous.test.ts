import { readChatRequest } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { resolveSessions } from '../options/resolve-sessions.ts'
import type { Sessions } from './sessions.ts'

const before = 'a secret of thirty-two characters or more'
const now = 'another secret, of no fewer characters'
const opened = (secret: string, previousSecret?: string): Sessions =>
  resolveSessions({ secret, ...(previousSecret === undefined ? {} : { previousSecret }) })!

const old = opened(before)
const changed = opened(now, before)
const done = opened(now)
const pin = { tier: 'local', model: 'small', version: null } as const
const inForce = { policyHash: '0123456789ab', now: 1_000 }
const small = { tier: 'local', model: 'small' } as const

/** The id under which a caller meets what the model calls `call_1`. */
async function idBy(sessions: Sessions): Promise<string> {
  const toolCalls = [{ id: 'call_1', name: 'look', arguments: '{}' }]
  const choice = { index: 0, text: '', finishReason: 'tool_calls', logprobs: [], toolCalls } as const
  const answer = async function* () {
    yield { type: 'answer-whole', choices: [choice], usage: null, wire: null } as const
  }
  for await (const { choices } of sessions.tagged('acme', small)(answer()))
    return choices[0]?.toolCalls[0]?.id ?? ''
  return ''
}

const conversation = (id: string) =>
  readChatRequest({
    model: 'auto',
    messages: [
      { role: 'user', content: 'Look.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: id, content: 'seen' },
    ],
  })

describe('sessions while their secret is changed', () => {
  it('hold under both secrets, and are begun under the new one alone', async () => {
    const oldToken = await old.begun('acme', pin, inForce.policyHash, 2_000)
    expect(await changed.presented('acme', oldToken, inForce)).toMatchObject({ held: true, pin })
    const token = await changed.begun('acme', pin, inForce.policyHash, 2_000)
    expect(await changed.presented('acme', token, inForce)).toMatchObject({ held: true, pin })
    expect(await done.presented('acme', token, inForce)).toMatchObject({ held: true })
    expect(await old.presented('acme', token, inForce)).toEqual({ held: false, state: 'invalid' })
    expect(await done.presented('acme', oldToken, inForce)).toEqual({ held: false, state: 'invalid' })
  })

  it('of the secret before end as all do, and open for nobody else', async () => {
    const token = await old.begun('acme', pin, inForce.policyHash, 2_000)
    const at = (more: Partial<typeof inForce>) => changed.presented('acme', token, { ...inForce, ...more })
    expect(await at({ now: 2_000 })).toEqual({ held: false, state: 'expired' })
    expect(await at({ policyHash: 'ba9876543210' })).toEqual({ held: false, state: 'policy-changed' })
    expect(await changed.presented('globex', token, inForce)).toEqual({ held: false, state: 'invalid' })
    expect(await changed.presented('acme', undefined, inForce)).toMatchObject({ state: 'version-unpinned' })
  })

  it('know who made a tool call under either, and what its model called it', async () => {
    for (const made of [old, changed]) {
      const request = conversation(await idBy(made))
      expect(changed.makerOf('acme', request.messages, [small])).toEqual(small)
      expect(changed.makerOf('globex', request.messages, [small])).toMatchObject({ tier: 'frontier' })
      expect(changed.asKnown('acme', small, request).messages).toEqual(request.messages)
      expect(JSON.stringify(changed.asKnown('acme', small, request).body)).toBe(
        JSON.stringify(conversation('call_1').body),
      )
    }
    const tagged = conversation(await idBy(changed)).messages
    expect(old.makerOf('acme', tagged, [small])).toMatchObject({ tier: 'frontier' })
    expect(done.makerOf('acme', tagged, [small])).toEqual(small)
  })

  it('ask for a previous secret that is as long as the secret', () => {
    for (const previousSecret of ['short', 5, null])
      expect(() => resolveSessions({ secret: now, previousSecret } as never)).toThrow(
        'sessions.previousSecret has at least 32',
      )
  })
})
