import { readChatRequest } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { privacyGuard } from '../privacy/privacy-guard.ts'
import { requestFor } from './outgoing.ts'

const mail = 'ada.lovelace@example.org'
const asking = (content: string) => readChatRequest({ model: 'auto', messages: [{ role: 'user', content }] })
const request = asking(`Write to ${mail}.`)
const inspection = privacyGuard({ detect: true }).inspect(request, 'acme', { account: null, header: null })

describe('what may be sent to a zone', () => {
  it('is the request itself on one’s own ground, and what redaction left of it elsewhere', () => {
    for (const zone of ['premises', 'gateway'] as const)
      expect(requestFor({ request, inspection }, zone)).toBe(request)
    expect(JSON.stringify(requestFor({ request, inspection }, 'provider:x').body)).not.toContain(mail)
  })

  it('has the settings that a strategy asks with, and no text that was not looked through', () => {
    const other = { ...request, body: { ...request.body, logprobs: true } }
    expect(requestFor({ request: other, inspection }, 'provider:x').body).toMatchObject({ logprobs: true })
    expect(JSON.stringify(requestFor({ request: other, inspection }, 'provider:x').body)).not.toContain(mail)
    for (const changed of [
      asking(`Judge this: ${mail}`),
      { ...request, body: { ...request.body, user: mail } },
    ])
      expect(() => requestFor({ request: changed, inspection }, 'provider:x')).toThrow('Nothing was sent')
  })
})
