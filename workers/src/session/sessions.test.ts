import type { Pin } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { openSessions } from './sessions.ts'

const secret = 'a secret of thirty-two characters or more'
const sessions = openSessions(secret)
const pin: Pin = { tier: 'local', model: 'small-model', version: '1.0.0+weights' }
const inForce = { policyHash: '0123456789ab', now: 1_000 }
const begun = (tenant: string, given: Partial<Pin> = {}): Promise<string> =>
  sessions.begun(tenant, { ...pin, ...given }, inForce.policyHash, 2_000)

describe('the token of a session', () => {
  it('is read again by any isolate that has the secret, until its time is over', async () => {
    const token = await begun('acme')
    const elsewhere = openSessions(secret)
    expect(await elsewhere.presented('acme', token, inForce)).toEqual({ held: true, pin, token })
    const version = await begun('acme', { version: null })
    expect(await elsewhere.presented('acme', version, inForce)).toMatchObject({ pin: { version: null } })
    expect(await elsewhere.presented('acme', token, { ...inForce, now: 1_999 })).toMatchObject({ held: true })
    expect(await elsewhere.presented('acme', token, { ...inForce, now: 2_000 })).toEqual({
      held: false,
      state: 'expired',
    })
  })

  it('holds under the policy that it was made under, and no other', async () => {
    const other = { ...inForce, policyHash: 'ba9876543210' }
    expect(await sessions.presented('acme', await begun('acme'), other)).toEqual({
      held: false,
      state: 'policy-changed',
    })
  })

  it('of one tenant never opens for another, nor under another secret', async () => {
    const tenants = ['acme', 'acme2', 'Acme', 'a', 'session', 'acme session']
    for (const owner of tenants) {
      const token = await begun(owner)
      for (const asker of tenants) {
        const { held } = await sessions.presented(asker, token, inForce)
        expect(held, `${owner} to ${asker}`).toBe(owner === asker)
      }
      const stranger = openSessions(`${secret}!`)
      expect(await stranger.presented(owner, token, inForce)).toEqual({ held: false, state: 'invalid' })
    }
  })

  it('says nothing in plain, and is another each time', async () => {
    const token = await begun('acme')
    expect(token).toMatch(/^[0-9A-Za-z+/=]+$/)
    for (const text of [token, Buffer.from(token, 'base64').toString('latin1')])
      expect(text).not.toMatch(/acme|local|small|weights|0123456789ab|2000/)
    expect(await begun('acme')).not.toBe(token)
  })

  it('is none where a byte of it was changed, or where it is anything else', async () => {
    const bytes = Buffer.from(await begun('acme'), 'base64')
    const tried = [...bytes.keys()].map((at) => {
      const changed = Buffer.from(bytes)
      changed[at] = changed[at]! ^ 1
      return changed.toString('base64')
    })
    tried.push(
      '',
      'x',
      'null',
      '"{}"',
      '%00',
      'a'.repeat(5_000),
      bytes.subarray(0, 20).toString('base64'),
      'é',
    )
    for (const token of tried)
      expect(await sessions.presented('acme', token, inForce)).toEqual({ held: false, state: 'invalid' })
  })

  it('is not missed where none was sent', async () => {
    expect(await sessions.presented('acme', undefined, inForce)).toEqual({
      held: false,
      state: 'version-unpinned',
    })
  })
})
