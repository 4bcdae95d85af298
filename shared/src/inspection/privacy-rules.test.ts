import { describe, expect, it } from 'vitest'
import { isNearsideError } from '../fault/nearside-error.ts'
import { defaultLevelRules } from '../personal-data/level-of.ts'
import { defaultPrivacyRules, type PrivacySettings, resolvePrivacyRules } from './privacy-rules.ts'

/** As it comes from JSON, where no compiler has looked. */
const paramOf = (settings: unknown): string | null => {
  try {
    resolvePrivacyRules(settings as PrivacySettings)
    return null
  } catch (error) {
    return isNearsideError(error) ? error.param : 'another error'
  }
}

describe('rules of privacy', () => {
  it('do nothing that they do not name', () => {
    expect(resolvePrivacyRules({}).rules).toEqual(defaultPrivacyRules)
    expect(defaultPrivacyRules).toMatchObject({ detect: null, learned: null, attacks: null })
  })

  it('change single kinds and leave the others at their documented level', () => {
    const { detect } = resolvePrivacyRules({ detect: { person: 'never-leave' } }).rules
    expect(detect).toEqual({ ...defaultLevelRules, person: 'never-leave' })
  })

  it('change single rules for an account', () => {
    const { rules, accounts } = resolvePrivacyRules({
      detect: true,
      redact: 'refuse',
      accounts: { legal: { redact: true }, press: { detect: false } },
    })
    expect(accounts.get('legal')).toEqual({ ...rules, redact: true })
    expect(accounts.get('press')).toEqual({ ...rules, detect: null })
  })

  it.each([
    [null, 'privacy'],
    [[], 'privacy'],
    [{ detects: true }, 'privacy.detects'],
    [{ detect: 'yes' }, 'privacy.detect'],
    [{ detect: { shoe: 'public' } }, 'privacy.detect.shoe'],
    [{ detect: { email: 'secret' } }, 'privacy.detect.email'],
    [{ detect: { toString: 'public' } }, 'privacy.detect.toString'],
    [{ learned: { level: 'none' } }, 'privacy.learned.level'],
    [{ learned: { threshold: 0 } }, 'privacy.learned.threshold'],
    [{ learned: { threshold: Number.NaN } }, 'privacy.learned.threshold'],
    [{ learned: { at: 1 } }, 'privacy.learned.at'],
    [{ redact: 'false' }, 'privacy.redact'],
    [{ redact: null }, 'privacy.redact'],
    [{ unredactable: 'send' }, 'privacy.unredactable'],
    [{ embeddings: true }, 'privacy.embeddings'],
    [{ whenUnsure: 'ask' }, 'privacy.whenUnsure'],
    [{ readCharacters: 0 }, 'privacy.readCharacters'],
    [{ attacks: {} }, 'privacy.attacks'],
    [{ attacks: { injection: 'off' } }, 'privacy.attacks'],
    [{ attacks: { injection: 'stop' } }, 'privacy.attacks.injection'],
    [{ attacks: { injections: 'flag' } }, 'privacy.attacks.injections'],
    [{ attacks: { injection: 'flag', threshold: 2 } }, 'privacy.attacks.threshold'],
    [{ attacks: { injection: 'flag', whenUnsure: 'guess' } }, 'privacy.attacks.whenUnsure'],
    [{ attacks: { injection: 'flag', readCharacters: 1.5 } }, 'privacy.attacks.readCharacters'],
    [{ accounts: [] }, 'privacy.accounts'],
    [{ accounts: { acme: null } }, 'privacy.accounts.acme'],
    [{ accounts: { acme: { redact: 1 } } }, 'privacy.accounts.acme.redact'],
    [{ accounts: { acme: { accounts: {} } } }, 'privacy.accounts.acme.accounts'],
  ])('refuse %j with the path of what is wrong', (settings, path) => {
    expect(paramOf(settings)).toBe(path)
  })
})
