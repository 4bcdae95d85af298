/** Every level from every voice, with and without a node that can serve: who was sent what. */
import { type PrivacyLevel, privacyLevels, strictest } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { card, gateway, mail } from './gateway.ts'

const texts: readonly { readonly name: string; readonly text: string; readonly level: PrivacyLevel }[] = [
  { name: 'nothing', text: 'What is the capital of Peru, in one word?', level: 'public' },
  { name: 'an address', text: `Draft a reminder for ${mail}, friendly and short.`, level: 'sensitive' },
  { name: 'a card', text: `My card is ${card}, draft a receipt.`, level: 'contractual' },
]
const canaries = [mail, card]

type Case = {
  readonly account: PrivacyLevel
  readonly header: PrivacyLevel
  readonly found: (typeof texts)[number]
  readonly redact: boolean | 'refuse'
  readonly near: 'down' | 'up'
  readonly stream: boolean
}

const cases: readonly Case[] = privacyLevels.flatMap((account) =>
  privacyLevels.flatMap((header) =>
    texts.flatMap((found) =>
      ([true, false, 'refuse'] as const).flatMap((redact) =>
        (['down', 'up'] as const).flatMap((near) =>
          [false, true].map((stream) => ({ account, header, found, redact, near, stream })),
        ),
      ),
    ),
  ),
)

async function check({ account, header, found, redact, near, stream }: Case): Promise<void> {
  const { ask, frontier, records, sent } = gateway({ detect: true, redact }, { near })
  const headers = { 'x-level': account, 'x-nearside-privacy': header }
  const response = await ask(found.text, { headers, stream })
  const said = await response.text()
  const level = strictest(account, header, found.level)
  const confined = level === 'never-leave' || (level === 'sensitive' && redact === 'refuse')
  const leaves = !confined && (near === 'down' || response.headers.get('x-nearside-tier') === 'frontier')

  expect(records.at(-1)?.privacy).toMatchObject({ level })
  if (near === 'up') expect(response.status).toBe(200)
  if (near === 'down') expect(response.status).toBe(confined ? 502 : 200)
  if (near === 'up' && level === 'sensitive') expect(response.headers.get('x-nearside-tier')).toBe('local')
  expect(frontier()).toHaveLength(leaves ? 1 : 0)
  const seen = frontier()
    .map(({ body }) => body)
    .join('')
  const asItIs = leaves && level !== 'public' && !(level === 'sensitive' && redact === true)
  for (const canary of canaries) expect(seen.includes(canary)).toBe(asItIs && found.text.includes(canary))
  const redacted = leaves && level === 'sensitive' && redact === true && found.level === 'sensitive'
  expect(response.headers.get('x-nearside-redacted')).toBe(redacted ? '1' : null)
  // The double repeats what it is asked, and one that streams says a letter at a time.
  if (response.status === 200 && !stream) expect(said).toContain(found.text)
  for (const canary of canaries) expect(JSON.stringify(records)).not.toContain(canary)
  expect(sent.length).toBeGreaterThan(0)
}

describe('the level of a request', () => {
  it(`TRUST 25: is the strictest of account, header and what is found, in ${cases.length} combinations`, async () => {
    expect(cases.length).toBeGreaterThanOrEqual(200)
    for (const each of cases) {
      await check(each).catch((error: unknown) => {
        throw new Error(`${JSON.stringify({ ...each, found: each.found.name })}`, { cause: error })
      })
    }
  })
})
