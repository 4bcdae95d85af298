import { type KeyRecord, keyIdFrom, writeKey } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { openManagedKeys } from './managed-keys.ts'
import { memoryKeyDirectory } from './memory-key-directory.ts'

const secret = new Uint8Array(32).fill(1)
const id = keyIdFrom(new Uint8Array(16).fill(3))
const key = writeKey(id, secret)
const record = (fields: Partial<KeyRecord> = {}): KeyRecord => ({
  id,
  tenant: 'acme',
  label: '',
  createdAt: 0,
  expiresAt: null,
  revokedAt: null,
  models: null,
  tiers: null,
  privacy: 'public',
  scopes: [],
  caps: [],
  ...fields,
})

/** Keys whose directory counts its questions and whose time is ours. */
function open(first: KeyRecord | null = record()) {
  const clock = { at: 1_000_000 }
  const kept = memoryKeyDirectory(first === null ? [] : [first])
  const state = { questions: 0, fails: false }
  const behind: Promise<unknown>[] = []
  const keys = openManagedKeys({
    secrets: [secret],
    directory: {
      async read(asked) {
        state.questions++
        if (state.fails) throw new Error('away')
        return kept.read(asked)
      },
    },
    recheckMs: 30_000,
    accountFrom: ({ tenant }) => ({ tenant }),
    now: () => clock.at,
  })
  const ask = async (given = key): Promise<unknown> => {
    try {
      const account = await keys.accountOf(given, (work) => void behind.push(work))
      await Promise.all(behind.splice(0))
      return account
    } catch (error) {
      return error instanceof Error ? error.message : error
    }
  }
  return { clock, kept, state, ask, keys }
}

describe('a managed key', () => {
  it('is looked up once, and then believed without a wait', async () => {
    const { ask, state, keys, clock } = open()
    expect(await ask()).toEqual({ tenant: 'acme' })
    clock.at += 14_999
    expect(keys.accountOf(key, () => {})).toEqual({ tenant: 'acme' })
    expect(state.questions).toBe(1)
  })

  it('is looked up again behind an answer from half of the time on, once', async () => {
    const { keys, clock, state, ask } = open()
    await ask()
    clock.at += 15_000
    const behind: Promise<unknown>[] = []
    for (let i = 0; i < 3; i++)
      expect(keys.accountOf(key, (work) => void behind.push(work))).toEqual({ tenant: 'acme' })
    expect([state.questions, behind.length]).toEqual([2, 1])
    await Promise.all(behind)
    clock.at += 14_000
    expect(keys.accountOf(key, () => {})).toEqual({ tenant: 'acme' })
    expect(state.questions).toBe(2)
  })

  it('TRUST 24: is refused at the latest when the stated time after its revocation is over', async () => {
    const { ask, kept, clock } = open()
    await ask()
    kept.write(record({ revokedAt: clock.at }))
    clock.at += 30_000
    expect(await ask()).toBe('This API key was revoked.')
  })

  it('TRUST 24: is never served on older knowledge, even where the directory is away', async () => {
    const { ask, state, clock } = open()
    await ask()
    state.fails = true
    clock.at += 29_999
    expect(await ask()).toEqual({ tenant: 'acme' })
    clock.at += 1
    expect(await ask()).toBe('away')
    state.fails = false
    expect(await ask()).toEqual({ tenant: 'acme' })
  })

  it('is refused from its end on, without a question', async () => {
    const { ask, clock, state } = open(record({ expiresAt: 1_000_500 }))
    expect(await ask()).toEqual({ tenant: 'acme' })
    clock.at += 500
    expect(await ask()).toBe('This API key has expired.')
    expect(state.questions).toBe(1)
  })

  it('TRUST 24: that was made up is refused before anybody is asked', async () => {
    const { ask, state } = open()
    for (const made of [
      `${key}0`,
      key.replace(/.$/, '-'),
      writeKey(id, new Uint8Array(32).fill(9)),
      'nsk_',
      '',
    ])
      expect(await ask(made)).toBe('The API key is not known here.')
    expect(state.questions).toBe(0)
  })

  it('that has no record is refused, and its absence is believed like a record', async () => {
    const { ask, state } = open(null)
    expect(await ask()).toBe('The API key is not known here.')
    expect(await ask()).toBe('The API key is not known here.')
    expect(state.questions).toBe(1)
  })

  it('keeps its account as it is while its record stays the same', async () => {
    const { ask, clock, kept } = open()
    const first = await ask()
    clock.at += 30_000
    expect(await ask()).toBe(first)
    kept.write(record({ tenant: 'other' }))
    clock.at += 30_000
    expect(await ask()).toEqual({ tenant: 'other' })
  })

  it('is forgotten, the oldest first, where there are more than an isolate should keep', async () => {
    const { state, ask } = open()
    await ask()
    const others = Array.from({ length: 10_000 }, (_, i) =>
      writeKey(`a${String(i).padStart(15, '0')}`, secret),
    )
    for (const other of others) await ask(other)
    const before = state.questions
    await ask(others.at(-1))
    expect(state.questions).toBe(before)
    await ask()
    expect(state.questions).toBe(before + 1)
  })
})
