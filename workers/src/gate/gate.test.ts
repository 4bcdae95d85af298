import {
  isNearsideError,
  observe,
  type Plan,
  type PrivacyLevel,
  readChatRequest,
  type Zone,
} from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { openAlarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'
import { openDesk } from '../desk/desk.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { openPurse } from '../purse/purse.ts'
import { runPlan } from '../run/run-plan.ts'
import { passGate } from './gate.ts'

const request = readChatRequest({ model: 'auto', messages: [{ role: 'user', content: 'hello' }] })

/** A plan that sends everything to the frontier, whatever its privacy, and the addresses that were fetched for it. */
async function disobey(
  level: PrivacyLevel,
  providers: readonly string[],
  where: 'first' | 'fallback',
): Promise<readonly string[]> {
  const fetched: string[] = []
  const options = resolveOptions({
    open: 'loopback',
    frontier: { url: 'https://api.example/v1', models: [{ model: 'large', price: 'free' }] },
    local: { url: 'http://10.0.0.5/v1', models: ['small'], zone: 'premises' },
    retry: { attempts: 2, pauseMs: 1 },
    fetch: async (url) => {
      fetched.push(String(url))
      if (String(url).includes('10.0.0.5')) return new Response('down', { status: 503 })
      return Response.json({
        choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
      })
    },
  })
  const desk = openDesk(options)
  const call: Call = {
    id: 'ns_1',
    account: { tenant: 'acme' },
    request,
    wishes: {
      ask: { kind: 'auto' },
      privacy: { level, providers },
      latencyMs: null,
      quality: null,
      strategy: null,
    },
    at: Date.now(),
    alarm: openAlarm(Date.now),
    clientGone: new AbortController().signal,
    waitUntil: () => {},
    forwarded: { hops: 1, trace: null, priority: null },
  }
  const frontier = { target: 'frontier', tier: 'frontier', model: 'large' } as const
  const local = { target: 'local', tier: 'local', model: 'small' } as const
  const plan: Plan = {
    kind: 'serve',
    strategy: 'direct',
    steps: [where === 'first' ? frontier : local],
    fallbacks: where === 'first' ? [] : [frontier],
    wished: 'frontier',
    reason: 'hard',
    confidence: 1,
    degraded: null,
    privacy: 'public',
  }
  const purse = openPurse(call, observe(request, null), desk)
  await runPlan(call, plan, null, purse, desk).catch((error: unknown) => {
    if (!isNearsideError(error) || error.code !== 'privacy-refused') throw error
  })
  return fetched.filter((url) => url.includes('api.example'))
}

describe('the gate', () => {
  it('TRUST 25: stops a plan that would send never-leave to a provider, first or as a fallback', async () => {
    expect(await disobey('never-leave', ['api.example'], 'first')).toEqual([])
    expect(await disobey('never-leave', ['api.example'], 'fallback')).toEqual([])
  })

  it('TRUST 25: stops a plan that would send a contractual text to a provider that the contract does not name', async () => {
    expect(await disobey('contractual', ['other.example'], 'first')).toEqual([])
    expect(await disobey('contractual', ['other.example'], 'fallback')).toEqual([])
  })

  it('lets through what may go', async () => {
    for (const [level, providers] of [
      ['contractual', ['api.example']],
      ['sensitive', []],
      ['public', []],
    ] as const) {
      expect(await disobey(level, providers, 'first')).toHaveLength(1)
      expect(await disobey(level, providers, 'fallback')).toHaveLength(1)
    }
  })

  it('says which level met which zone, and that nothing was sent', () => {
    const zone: Zone = 'provider:api.example'
    expect(() => passGate({ level: 'never-leave', providers: [] }, zone)).toThrow(
      'This request is marked never-leave and may not go to provider:api.example. Nothing was sent.',
    )
  })
})
