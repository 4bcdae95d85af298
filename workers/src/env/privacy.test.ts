import { isNearsideError } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { readEnvironment } from './read-environment.ts'

const env = { NEARSIDE_OPEN: 'loopback', OPENAI_API_KEY: 'sk-none' }
const paramOf = (variables: Record<string, string>): string | null => {
  try {
    readEnvironment({ ...env, ...variables }, null)
    return null
  } catch (error) {
    return isNearsideError(error) ? error.param : 'another error'
  }
}

describe('the variables of privacy', () => {
  it('look at nothing where none is set', () => {
    expect(readEnvironment(env, null)).not.toHaveProperty('privacy')
  })

  it('read the learned heads only where a rule needs them', () => {
    let read = 0
    const heads = () => {
      read++
      throw new Error('read')
    }
    readEnvironment({ ...env, NEARSIDE_DETECT: 'rules' }, null, heads)
    readEnvironment({ ...env, NEARSIDE_REDACT: 'refuse' }, null, heads)
    expect(read).toBe(0)
    expect(() => readEnvironment({ ...env, NEARSIDE_DETECT: 'learned' }, null, heads)).toThrow('read')
    expect(() => readEnvironment({ ...env, NEARSIDE_ATTACKS: 'unsafe=flag' }, null, heads)).toThrow('read')
  })

  it.each([
    [{ NEARSIDE_DETECT: 'true' }, 'NEARSIDE_DETECT'],
    [{ NEARSIDE_REDACT: 'no' }, 'NEARSIDE_REDACT'],
    [{ NEARSIDE_ATTACKS: 'block' }, 'NEARSIDE_ATTACKS'],
    [{ NEARSIDE_ATTACKS: 'injection=stop' }, 'NEARSIDE_ATTACKS'],
    [{ NEARSIDE_PRIVACY_RULES: '{' }, 'NEARSIDE_PRIVACY_RULES'],
    [{ NEARSIDE_PRIVACY_RULES: '[]' }, 'NEARSIDE_PRIVACY_RULES'],
    [{ NEARSIDE_PRIVACY_RULES: '{}', NEARSIDE_DETECT: 'rules' }, 'NEARSIDE_PRIVACY_RULES'],
    [{ NEARSIDE_PRIVACY_RULES: '{"detect":{"shoe":"public"}}' }, 'NEARSIDE_PRIVACY_RULES.detect.shoe'],
    [{ NEARSIDE_DETECT: 'learned' }, 'NEARSIDE_DETECT'],
    [{ NEARSIDE_ATTACKS: 'unsafe=flag' }, 'NEARSIDE_ATTACKS'],
    [
      { NEARSIDE_PRIVACY_RULES: '{"accounts":{"a":{"attacks":{"unsafe":"block"}}}}' },
      'NEARSIDE_PRIVACY_RULES',
    ],
  ])('refuse %j by name', (variables, name) => {
    expect(paramOf(variables as Record<string, string>)).toBe(name)
  })
})
