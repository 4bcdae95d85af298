/** A fault at each step of a request that may not leave, or whose text could not be looked through. */
import type { PrivacySettings } from '@nearside/core'
import {
  memoryBudgetStore,
  memoryReplayStore,
  memoryResponseStore,
  type NearsideOptions,
} from '@nearside/workers'
import { describe, expect, it } from 'vitest'
import { gateway, mail, streamed } from './gateway.ts'

const secret = 'a secret of thirty-two characters'
const fail = (): never => {
  throw new Error(`broken at ${mail}`)
}
const failLater = async (): Promise<never> => fail()

type Fault = { readonly name: string; readonly own?: Parameters<typeof gateway>[1]; readonly attacks?: true }

const replays = memoryReplayStore()
const responses = memoryResponseStore()
const budgets = memoryBudgetStore()

/** Each is carried out with the local tier down, or worse. */
const faults: readonly Fault[] = [
  { name: 'none but a node that is down' },
  { name: 'no node at all', own: { near: 'none' } },
  {
    name: 'a node that never answers',
    own: { near: untilAborted, deadlines: { firstTokenMs: 20, totalMs: 30 } },
  },
  { name: 'a node that breaks the connection', own: { near: fail } },
  { name: 'a node that says something else', own: { near: () => new Response('hello') } },
  {
    name: 'a node that redirects to the provider',
    own: { near: () => Response.redirect('https://api.example/v1', 307) },
  },
  { name: 'a node that says 429', own: { near: () => new Response('{}', { status: 429 }) } },
  { name: 'a node that cuts its stream', own: { near: () => cut() } },
  { name: 'the heuristic', own: { difficulty: fail } },
  { name: 'the judge of difficulty', own: { difficulty: { judge: failLater } } },
  {
    name: 'a judge of difficulty that never comes',
    own: { difficulty: { judge: () => never() }, deadlines: { judgeMs: 10 } },
  },
  { name: 'the detector', own: { senses: { find: fail } } },
  { name: 'the judge of attacks', own: { senses: { judge: fail } }, attacks: true },
  { name: 'an answerer of the edge', own: { edge: [{ name: 'odd', offer: fail }] } },
  { name: 'the decision', own: { aliases: { auto2: 'auto' }, random: fail } },
  { name: 'the record', own: { onRecord: fail } },
  { name: 'a record that is told later', own: { onRecord: failLater } },
  { name: 'the host’s rewriting', own: { rewrite: fail } },
  { name: 'the store of repeats', own: idempotency({ ...replays, begin: failLater }) },
  { name: 'keeping an answer', own: idempotency({ ...replays, keep: failLater, giveUp: failLater }) },
  { name: 'a store of repeats in a provider’s zone', own: { idempotency: { store: replays, secret } } },
  {
    name: 'the store of responses',
    own: { responses: { store: { ...responses, save: failLater }, secret, zone: 'premises' } },
  },
  {
    name: 'the budget store',
    own: { budgets: { ...budgets, reserve: failLater }, onStoreError: 'refuse', caps: [] },
  },
  { name: 'the gateway’s log of faults', own: { onFault: fail, difficulty: { judge: failLater } } },
]

const ways = [
  { name: 'account', headers: { 'x-level': 'never-leave' } },
  { name: 'header', headers: { 'x-nearside-privacy': 'never-leave' } },
  { name: 'what is found', headers: {} },
] as const

describe('never-leave', () => {
  it.each(faults)(
    'TRUST 25: is refused and never forwarded, with a fault at: $name',
    async ({ own, attacks }) => {
      const rules: PrivacySettings = {
        detect: { email: 'never-leave' },
        ...(attacks ? { attacks: { jailbreak: 'flag' as const } } : {}),
      }
      for (const { name, headers } of ways) {
        for (const stream of [false, true]) {
          for (const path of ['/v1/chat/completions', '/v1/responses']) {
            const { ask, frontier, records } = gateway(rules, { near: 'down', ...senses(attacks), ...own })
            const all = { ...headers, 'idempotency-key': `${path}${name}${stream}` }
            const text = `Why would ${mail} write that? Think about it at length.`
            const input = path.endsWith('responses') ? { input: text, messages: undefined } : {}
            const response = await ask(text, { headers: all, stream, ...input }, path)
            const said = await response.text().catch((error: unknown) => String(error))
            expect(frontier()).toEqual([])
            expect(said).not.toContain(mail)
            if (!said.includes('error')) expect.fail(`${path} ${name} ${stream}: ${response.status} ${said}`)
            expect(JSON.stringify(records)).not.toContain(mail)
          }
        }
      }
    },
  )
})

describe('what could not be looked through', () => {
  it('TRUST 26: is as private as whenUnsure says, with the reason in its record', async () => {
    for (const [whenUnsure, leaves] of [
      ['never-leave', false],
      ['contractual', true],
      ['sensitive', false],
      ['public', true],
    ] as const) {
      const { ask, frontier, records } = gateway({ detect: true, whenUnsure }, { senses: { find: fail } })
      await ask('hello')
      expect(frontier()).toHaveLength(leaves ? 1 : 0)
      expect(records.at(-1)?.privacy).toMatchObject({
        unread: 'detector-failed',
        from: { unread: whenUnsure },
      })
    }
  })

  it('TRUST 26: is what is longer than the rules read, in bounded time', async () => {
    const { ask, frontier, records } = gateway({ detect: true, readCharacters: 1_000 })
    const response = await ask(`${'word '.repeat(500)} ${mail}`)
    expect(response.status).toBe(502)
    expect(frontier()).toEqual([])
    expect(records.at(-1)?.privacy).toMatchObject({ level: 'never-leave', unread: 'too-long' })
  })
})

function idempotency(store: typeof replays): Partial<NearsideOptions> {
  return { idempotency: { store, secret, zone: 'premises' } }
}

function senses(attacks: true | undefined): { senses?: { judge: () => never } } {
  return attacks ? { senses: { judge: fail } } : {}
}

function untilAborted({ signal }: RequestInit): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function never(): Promise<never> {
  return new Promise(() => {})
}

function cut(): Response {
  const whole = streamed([{ content: 'Well' }])
  return new Response(
    whole.body?.pipeThrough(new TransformStream({ start: (c) => c.error(new Error('cut')) })) ?? null,
    whole,
  )
}
