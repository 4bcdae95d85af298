/** Records as a running gateway writes them: complete enough to decide again, and read back from a line of JSON. */
import { decide, policyHash, readRecord } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import type { RequestRecord } from './record.ts'

const canaries = ['canaryPrompt', 'canaryAnswer', 'sk-canaryKey', 'canaryUser']

function open(given: Partial<NearsideOptions> = {}) {
  const lines: string[] = []
  let failing = false
  const options: NearsideOptions = {
    account: () => ({ tenant: 'acme' }),
    local: { url: 'http://node.test/v1', models: ['small'], zone: 'premises' },
    frontier: { url: 'http://big.test/v1', key: 'sk-canaryKey', models: [{ model: 'big', price: 'free' }] },
    retry: { attempts: 1 },
    onRecord: (record) => void lines.push(JSON.stringify(record)),
    fetch: async (input) => {
      if (failing && String(input).includes('node.test')) return new Response('canaryAnswer', { status: 500 })
      const message = { role: 'assistant', content: 'canaryAnswer' }
      return Response.json({
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
        nearside: { confidence: 0.9, joules: 2.5 },
      })
    },
    ...given,
  }
  const app = new Hono()
  app.use('*', nearside(options))
  const ask = async (content: string, headers: Record<string, string> = {}, model = 'auto') => {
    await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, user: 'canaryUser', messages: [{ role: 'user', content }] }),
    })
    return readRecord(JSON.parse(lines.at(-1) ?? 'null'))
  }
  const fail = (): void => {
    failing = true
  }
  return { ask, lines, fail, options }
}

const decidedAgain = ({ signals, wishes, field, frontierFrom }: RequestRecord, options: NearsideOptions) => {
  const { policy } = resolveOptions(options)
  return decide(signals!, wishes!, { ...policy, frontierFrom: frontierFrom! }, field!)
}

describe('a record', () => {
  it.each<readonly [string, Record<string, string>]>([
    ['canaryPrompt hello', {}],
    ['canaryPrompt prove that there is no largest prime, step by step, and derive the bound', {}],
    ['canaryPrompt hello', { 'x-nearside-privacy': 'never-leave' }],
    ['canaryPrompt hello', { 'x-nearside-tier': 'frontier' }],
    ['canaryPrompt hello', { 'x-nearside-quality': '1' }],
    ['what is 17 * 23?', {}],
  ])('decides again as it was decided: %s %j', async (content, headers) => {
    const { ask, options } = open()
    const record = await ask(content, headers)
    expect(record.plan).not.toBeNull()
    expect(decidedAgain(record, options)).toEqual(record.plan)
    expect(record.policy).toBe(policyHash(resolveOptions(options).policy))
  })

  it('tells what was tried, what a node said of its answer, and no text', async () => {
    const { ask, lines, fail } = open()
    expect(await ask('canaryPrompt hello', {}, 'local')).toMatchObject({
      version: 1,
      steps: [{ target: 'local', tier: 'local', model: 'small', attempt: 1, outcome: 'begun', error: null }],
      joules: 2.5,
      answerConfidence: 0.9,
    })
    fail()
    const { steps, degraded, outcome } = await ask('canaryPrompt hello', {
      'x-nearside-privacy': 'sensitive',
    })
    expect(steps).toMatchObject([
      { target: 'local', outcome: 'failed', error: 'tier-failed' },
      { target: 'frontier', outcome: 'begun', error: null },
    ])
    expect({ degraded, outcome }).toEqual({ degraded: 'local-down', outcome: 'answered' })
    const told = lines.join('\n')
    for (const canary of canaries) expect(told).not.toContain(canary)
    expect(lines.every((line) => !line.includes('\n'))).toBe(true)
  })

  it('of a refusal says how far it came', async () => {
    const { ask } = open()
    const refused = await ask('canaryPrompt', { 'x-nearside-tier': 'nowhere' })
    expect(refused).toMatchObject({
      outcome: 'refused',
      error: 'bad-request',
      plan: null,
      field: null,
      steps: [],
    })
    const gateway = open({ local: { url: 'http://node.test/v1', models: ['small'] } })
    const kept = await gateway.ask('canaryPrompt', { 'x-nearside-privacy': 'never-leave' })
    expect(kept).toMatchObject({ outcome: 'refused', error: 'privacy-refused', plan: { kind: 'refuse' } })
  })
})

it('another policy has another hash, however its settings are ordered', () => {
  const { policy } = resolveOptions(open().options)
  const turned = Object.fromEntries(Object.entries(policy).toReversed()) as typeof policy
  expect(policyHash(turned)).toBe(policyHash(policy))
  expect(policyHash({ ...policy, frontierFrom: 0.61 })).not.toBe(policyHash(policy))
})
