import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../env/read-environment.ts'
import { resolveOptions } from './resolve-options.ts'
import { resolveSessions } from './resolve-sessions.ts'

const secret = 'a secret of thirty-two characters or more'

describe('sessions', () => {
  it('are kept where there is a secret, and nothing is made without one', () => {
    expect(resolveSessions(undefined)).toBeNull()
    expect(resolveSessions({ secret })).not.toBeNull()
    expect(resolveOptions({ open: 'loopback' }).sessions).toBeNull()
  })

  it.each([
    [null, /sessions is an object/],
    ['secret', /sessions is an object/],
    [{}, /sessions\.secret has at least 32/],
    [{ secret: 'short' }, /sessions\.secret has at least 32/],
    [{ secret: 32 }, /sessions\.secret has at least 32/],
    [{ secret, store: {} }, /sessions\.store is not an option/],
  ])('are refused with the path of what is wrong: %j', (given, message) => {
    expect(() => resolveSessions(given as never)).toThrow(message)
  })

  it('are switched on by a variable, which does not quote its secret where it is too short', () => {
    const env = { NEARSIDE_OPEN: 'loopback' }
    expect(readEnvironment(env, null)).not.toHaveProperty('sessions')
    expect(readEnvironment({ ...env, NEARSIDE_SESSION_SECRET: secret }, null)).toMatchObject({
      sessions: { secret },
    })
    const short = { ...env, NEARSIDE_SESSION_SECRET: 'hunter2' }
    expect(() => readEnvironment(short, null)).toThrow(/NEARSIDE_SESSION_SECRET has at least 32/)
    expect(() => readEnvironment(short, null)).not.toThrow(/hunter2/)
  })
})
