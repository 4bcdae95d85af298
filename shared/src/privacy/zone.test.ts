import { describe, expect, it } from 'vitest'
import { isZone, mayGo, type privacyLevels, strictest, type Zone } from './zone.ts'

const privacy = (level: (typeof privacyLevels)[number], ...providers: string[]) => ({ level, providers })

describe('where a text may go', () => {
  it('TRUST 25: never-leave goes to the premises and the gateway, and to no provider whatever it is called', () => {
    expect(mayGo(privacy('never-leave', 'openai.com'), 'premises')).toBe(true)
    expect(mayGo(privacy('never-leave', 'openai.com'), 'gateway')).toBe(true)
    const providers: Zone[] = ['provider:openai.com', 'provider:cloudflare', 'provider:premises', 'provider:']
    for (const zone of providers) expect(mayGo(privacy('never-leave', 'openai.com'), zone)).toBe(false)
  })

  it('contractual goes to the providers that the contract names, to the letter', () => {
    expect(mayGo(privacy('contractual', 'openai.com'), 'provider:openai.com')).toBe(true)
    expect(mayGo(privacy('contractual', 'openai.com'), 'provider:openai.com.evil')).toBe(false)
    expect(mayGo(privacy('contractual'), 'provider:openai.com')).toBe(false)
  })

  it('sensitive and public may go anywhere', () => {
    for (const level of ['sensitive', 'public'] as const)
      expect(mayGo(privacy(level), 'provider:a')).toBe(true)
  })

  it('the strictest level wins, in any order', () => {
    expect(strictest('public', 'never-leave', 'sensitive')).toBe('never-leave')
    expect(strictest('contractual', 'sensitive')).toBe('contractual')
    expect(strictest()).toBe('public')
  })

  it('knows a zone when it sees one', () => {
    for (const zone of [
      'premises',
      'gateway',
      'provider:openai.com',
      'provider:10.0.0.1:8080',
      'provider:[::1]:8788',
      'provider:local_runtime:8788',
    ]) {
      expect(isZone(zone)).toBe(true)
    }
    for (const text of ['', 'Premises', 'provider:', 'provider:a b', 'host']) expect(isZone(text)).toBe(false)
  })
})
