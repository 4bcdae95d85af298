import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPack } from '../../../scripts/src/intents/build-pack.ts'
import { readPackSource } from '../../../scripts/src/intents/read-source.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { bundleWorker, type RunningWorker, startWorker } from '../../harness/worker.ts'
import type { PackSettings } from './settings.ts'

const bankFile = `
pack: bank
language: de
intents:
  öffnungszeiten:
    examples: [wann habt ihr offen, wie lange ist heute geöffnet, when are you open]
    answer: Montag bis Freitag, 9 bis 16 Uhr.
  karte verloren:
    examples: [ich habe meine Karte verloren, Karte sperren, meine Karte ist weg]
    answer: Rufen Sie 116 116 an.
outOfScope: [wie wird das Wetter, wer hat gewonnen]
`
const shopHours = 'Corner Shop is open Monday to Saturday, 9 to 19.'
const bankHours = 'Montag bis Freitag, 9 bis 16 Uhr.'

let frontier: Frontier
let worker: RunningWorker

beforeAll(async () => {
  frontier = await startFrontier()
  const digest = (key: string): string => createHash('sha256').update(key).digest('hex')
  const settings: PackSettings = {
    frontier: { url: `${frontier.url}/v1`, key: frontier.key },
    keys: Object.fromEntries(
      ['shop', 'bank', 'other'].map((tenant) => [digest(`key-${tenant}`), { tenant }]),
    ),
    bank: Buffer.from(buildPack(readPackSource(bankFile, 'bank.yaml'), () => {}).bytes).toString('base64'),
    now: Date.UTC(2026, 11, 30),
  }
  const bundle = await bundleWorker(new URL('worker.ts', import.meta.url))
  worker = await startWorker({ bundle, vars: { SETTINGS: JSON.stringify(settings) } })
})
afterAll(async () => {
  expect(await worker.faults()).toEqual([])
  await worker.close()
  await frontier.close()
})

type Body = Readonly<Record<string, unknown>>

async function ask(
  tenant: string,
  messages: readonly (readonly [string, string])[] | string,
  given: Body = {},
) {
  const turns = typeof messages === 'string' ? [['user', messages] as const] : messages
  const before = frontier.requests.length
  const answer = await fetch(`${worker.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer key-${tenant}` },
    body: JSON.stringify({
      model: 'auto',
      messages: turns.map(([role, content]) => ({ role, content })),
      ...given,
    }),
  })
  const body = await answer.text()
  expect(answer.status, body).toBe(200)
  return {
    tier: answer.headers.get('x-nearside-tier'),
    reason: answer.headers.get('x-nearside-reason'),
    cost: answer.headers.get('x-nearside-cost'),
    confidence: answer.headers.get('x-nearside-confidence'),
    forwarded: frontier.requests.length - before,
    body,
  }
}

const textOf = (body: string): string =>
  (JSON.parse(body) as { choices: [{ message: { content: string } }] }).choices[0].message.content

function streamedText(body: string): string {
  const chunks = body.split('\n\n').filter((part) => part.startsWith('data: {'))
  return chunks
    .map((chunk) => JSON.parse(chunk.slice(6)) as { choices: { delta: { content?: string } }[] })
    .map(({ choices }) => choices[0]?.delta.content ?? '')
    .join('')
}

describe('intent packs in workerd', () => {
  it('answer each tenant’s question from its own pack, whole, without asking the frontier', async () => {
    const shop = await ask('shop', 'When are you open?')
    expect([shop.tier, shop.forwarded, textOf(shop.body)]).toEqual(['edge', 0, shopHours])
    expect(Number(shop.confidence)).toBeGreaterThan(0.9)
    const bank = await ask('bank', 'When are you open?')
    expect([bank.tier, bank.forwarded, textOf(bank.body)]).toEqual(['edge', 0, bankHours])
  })

  it('answer the same as a well-formed stream', async () => {
    const shop = await ask('shop', 'When are you open?', { stream: true })
    expect([shop.tier, shop.forwarded, streamedText(shop.body)]).toEqual(['edge', 0, shopHours])
    expect(shop.body.trimEnd().endsWith('data: [DONE]')).toBe(true)
    const bank = await ask('bank', 'Karte sperren', { stream: true })
    expect([bank.tier, streamedText(bank.body)]).toEqual(['edge', 'Rufen Sie 116 116 an.'])
  })

  it.each([
    ['what is out of scope', 'shop', 'write me a poem about winter'],
    ['what nobody wrote of', 'shop', 'Prove that there are infinitely many primes.'],
    ['another tenant’s question', 'bank', 'how can i pay'],
    ['the question of a tenant without a pack', 'other', 'When are you open?'],
  ])('send %s on to the frontier, whole and streamed', async (_, tenant, question) => {
    for (const stream of [false, true]) {
      const { tier, forwarded } = await ask(tenant, question, { stream })
      expect([tier, forwarded]).toEqual(['frontier', 1])
    }
  })

  it('send on what asks for tools, a format or a second answer', async () => {
    const tool = {
      type: 'function',
      function: { name: 'now', parameters: { type: 'object', properties: {} } },
    }
    for (const given of [{ tools: [tool] }, { response_format: { type: 'json_object' } }, { n: 2 }]) {
      const { tier, forwarded } = await ask('shop', 'When are you open?', given)
      expect([tier, forwarded], Object.keys(given).join()).toEqual(['frontier', 1])
    }
  })

  it('answer a follow-up after their own answer, and what is in force on this day', async () => {
    const followUp = await ask('shop', [
      ['system', 'You are the assistant of Corner Shop.'],
      ['user', 'When are you open?'],
      ['assistant', shopHours],
      ['user', 'And on Sundays?'],
    ])
    expect([followUp.tier, textOf(followUp.body)]).toEqual(['edge', 'On Sundays we are closed.'])
    const sale = await ask('shop', 'Is there a winter sale?')
    expect([sale.tier, textOf(sale.body)]).toEqual([
      'edge',
      'The winter sale runs until the 31st of January, with 20 % off coats and shoes.',
    ])
  })
})
