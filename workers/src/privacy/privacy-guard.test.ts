import { type ChatRequest, type PrivacySettings, readChatRequest, type TextHeads } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { privacyGuard } from './privacy-guard.ts'

const asking = (content: string): ChatRequest =>
  readChatRequest({ model: 'auto', messages: [{ role: 'user', content }] })
const mail = (): ChatRequest => asking('Write to ada@example.com.')
const voices = { account: null, header: null }

function opened(first: PrivacySettings) {
  let given: () => PrivacySettings = () => first
  const faults: unknown[] = []
  const guard = privacyGuard(() => given(), { onFault: (cause) => void faults.push(cause) })
  return {
    guard,
    faults,
    level: (request = mail(), tenant = 'acme') => guard.inspect(request, tenant, voices).level,
    set: (settings: PrivacySettings) => {
      given = () => settings
    },
    fails: () => {
      given = () => {
        throw new Error('the file is away')
      }
    },
  }
}

describe('privacy rules that change while the gateway runs', () => {
  it('hold from the next request on, for all and for single accounts', () => {
    const { level, set } = opened({})
    expect(level()).toBe('public')
    set({ detect: true, accounts: { legal: { detect: { email: 'never-leave' } } } })
    expect([level(), level(mail(), 'legal')]).toEqual(['sensitive', 'never-leave'])
    set({})
    expect(level(mail(), 'legal')).toBe('public')
  })

  it('are those before where the new ones are wrong, which is told once, until they are right again', () => {
    const { level, set, faults } = opened({ detect: true })
    set({ detect: { emial: 'public' } } as PrivacySettings)
    expect([level(), level()]).toEqual(['sensitive', 'sensitive'])
    expect(faults).toMatchObject([{ code: 'bad-options', param: 'privacy.detect.emial' }])
    set({ detect: { email: 'contractual' } })
    expect(level()).toBe('contractual')
  })

  it('are those before where nobody gives any, or they are none', () => {
    const { level, set, fails, faults } = opened({ detect: true })
    fails()
    expect(level()).toBe('sensitive')
    for (const none of [null, [], 'detect']) {
      set(none as unknown as PrivacySettings)
      expect(level()).toBe('sensitive')
    }
    expect(faults).toHaveLength(4)
  })

  it('are those before where the new ones need learned heads that are not there', () => {
    const { level, set, faults } = opened({ detect: true })
    set({ learned: true })
    expect(level()).toBe('sensitive')
    expect(faults).toMatchObject([{ param: 'privacy.learned' }])
  })

  it('are refused where they are wrong from the beginning', () => {
    expect(() => opened({ redact: 'maybe' } as unknown as PrivacySettings)).toThrow('privacy.redact')
  })

  it('TRUST 22: are not loosened within a request, nor for what is asked on its behalf', () => {
    const { guard, set } = opened({ detect: true })
    const request = mail()
    const before = guard.inspect(request, 'acme', voices)
    set({})
    expect(guard.inspect(request, 'acme', voices)).toBe(before)
    expect(guard.inspect(mail(), 'acme', voices, before).level).toBe('sensitive')
    const again = guard.inspect(mail(), 'acme', voices, before)
    expect(guard.inspect(mail(), 'acme', voices, again).level).toBe('sensitive')
    expect(guard.inspect(mail(), 'acme', voices).level).toBe('public')
  })

  it('read the learned heads when they first need them, and once', () => {
    let reads = 0
    const heads = (): TextHeads => {
      reads++
      throw new Error('no such file')
    }
    let given: PrivacySettings = { detect: true }
    const faults: unknown[] = []
    const guard = privacyGuard(() => given, { heads, onFault: (cause) => void faults.push(cause) })
    expect(reads).toBe(0)
    given = { detect: { email: 'never-leave' }, learned: true }
    for (let i = 0; i < 3; i++) expect(guard.inspect(mail(), 'acme', voices).level).toBe('sensitive')
    expect([reads, faults.length]).toEqual([1, 1])
  })
})
