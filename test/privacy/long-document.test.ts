/** A long document with personal data in it, read in pieces: what of it reaches whom. */
import { mapReduce } from '@nearside/workers'
import { describe, expect, it } from 'vitest'
import { gateway, iban, mail, whole } from './gateway.ts'

const filler = 'The committee met again and agreed on nothing worth a line. '
const report = Array.from(
  { length: 8 },
  (_, n) =>
    `# Chapter ${n + 1} by ${mail}\n\n${filler.repeat(14)}${n === 2 ? `Refunds go to ${iban}.` : ''}\n\n`,
).join('')

const policy = {
  strategy: 'map-reduce',
  mapReduce: { leastTokens: 1_000, chunkTokens: 400, overlapTokens: 40, rounds: 1 },
} as const

/** Says back what it is shown of an account, as a model would that quotes. */
const quoted = (text: string): string => /Refunds go to \S+/.exec(text)?.[0] ?? 'NONE'

function node(init: RequestInit): Response {
  const { messages } = JSON.parse(String(init.body)) as { messages: readonly { content: string }[] }
  return whole(quoted(messages.at(-1)?.content ?? ''))
}

const answer = (last: string): string =>
  last.includes('<outline') ? '{"jobs":[{"question":"Where do refunds go?"}]}' : `${quoted(last)} [c3]`

function opened(near: typeof node | 'down' = node) {
  return gateway(
    { detect: { email: 'sensitive', iban: 'sensitive' } },
    { near, answer, policy, strategies: [mapReduce()] },
  )
}

const question = [
  { type: 'text', text: report },
  { type: 'text', text: 'Where do refunds go?' },
]

describe('a sensitive document that is read in pieces', () => {
  it('TRUST 25: is planned by sizes alone and summed up without its values, which the caller gets back', async () => {
    const { ask, frontier, sent, records } = opened()
    const response = await ask(question)
    const { choices } = (await response.json()) as { choices: [{ message: { content: string } }] }
    expect(response.headers.get('x-nearside-strategy')).toBe('map-reduce')
    expect(choices[0].message.content).toContain(iban)
    const [plan, sum] = frontier()
    expect(frontier()).toHaveLength(2)
    expect(plan?.body).toMatch(/c3 \| \d+ tokens\\n/)
    expect(plan?.body).not.toContain('Chapter')
    expect(sum?.body).toContain('Refunds go to')
    // Nobody that reads a piece has to see what whoever sums up may not.
    for (const { body } of sent) {
      expect(body).not.toContain(mail)
      expect(body).not.toContain(iban)
    }
    expect(JSON.stringify(records)).not.toMatch(/Refunds|DE89/)
  })

  it('TRUST 25: streams its answer with the values in their places', async () => {
    const { ask } = opened()
    const text = await (await ask(question, { stream: true })).text()
    const said = [...text.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => piece).join('')
    expect(said).toContain(iban)
  })

  it('TRUST 25: has its values again for a node that sums up where the supervisor fails', async () => {
    let asked = 0
    const { ask } = gateway(
      { detect: { email: 'sensitive', iban: 'sensitive' } },
      {
        near: node,
        answer: (last) => {
          if (++asked > 1) throw new TypeError('away')
          return answer(last)
        },
        policy,
        strategies: [mapReduce()],
      },
    )
    const response = await ask(question)
    expect(response.headers.get('x-nearside-tier')).toBe('local')
    expect(response.headers.get('x-nearside-degraded')).toBe('frontier-down')
    expect(await response.text()).toContain(iban)
  })

  it('TRUST 25: is redacted where no node answers and it goes whole', async () => {
    const { ask, frontier } = opened('down')
    await ask(question)
    for (const { body } of frontier()) {
      expect(body).not.toContain(mail)
      expect(body).not.toContain(iban)
    }
  })
})
