/** What stores and providers of embeddings are given of a text that is private for what was found in it. */
import { memoryReplayStore, memoryResponseStore } from '@nearside/workers'
import { describe, expect, it } from 'vitest'
import { contentOf, gateway, mail } from './gateway.ts'

const secret = 'a secret of thirty-two characters'
const text = `Draft a reminder for ${mail}.`

describe('a repeat', () => {
  it('is given the restored answer again, and nothing is sent twice', async () => {
    const idempotency = { store: memoryReplayStore(), secret }
    const { ask, frontier } = gateway({ detect: true }, { idempotency })
    const headers = { 'idempotency-key': 'one' }
    expect(await contentOf(await ask(text, { headers }))).toBe(text)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const again = await ask(text, { headers })
    expect(again.headers.get('x-nearside-replayed')).toBe('true')
    expect(await contentOf(again)).toBe(text)
    expect(frontier()).toHaveLength(1)
  })

  it('TRUST 25: of what was found too private for the store is refused before the store is asked', async () => {
    const asked: string[] = []
    const store = memoryReplayStore()
    const begin: typeof store.begin = (claim, leaseMs) => {
      asked.push(claim.name)
      return store.begin(claim, leaseMs)
    }
    const idempotency = { store: { ...store, begin }, secret }
    for (const rules of [{ detect: { email: 'never-leave' } }, { detect: true, redact: 'refuse' }] as const) {
      const { ask, sent } = gateway(rules, { idempotency, near: 'up' })
      expect((await ask(text, { headers: { 'idempotency-key': 'one' } })).status).toBe(403)
      expect(sent).toEqual([])
    }
    expect(asked).toEqual([])
  })
})

describe('a response', () => {
  const responding = async (rules: Parameters<typeof gateway>[0], near: 'up' | 'down') => {
    const saved: string[] = []
    const store = memoryResponseStore()
    const save: typeof store.save = (tenant, name, sealed, keepMs) => {
      saved.push(sealed)
      return store.save(tenant, name, sealed, keepMs)
    }
    const made = gateway(rules, { responses: { store: { ...store, save }, secret }, near })
    const turn = async (input: string, previous?: string) => {
      const more = previous === undefined ? {} : { previous_response_id: previous }
      const response = await made.ask('', { input, messages: undefined, ...more }, '/v1/responses')
      return { status: response.status, body: (await response.json()) as Responded }
    }
    return { ...made, saved, turn }
  }

  it('is redacted where it leaves, restored in its answer, kept sealed, and carried on redacted', async () => {
    const { turn, saved, frontier } = await responding({ detect: true }, 'down')
    const { status, body } = await turn(text)
    expect(status).toBe(200)
    expect(body.output[0]?.content[0]?.text).toBe(text)
    expect(saved).toHaveLength(1)
    expect(saved[0]).not.toContain(mail)
    expect((await turn('And shorter?', body.id)).status).toBe(200)
    expect(frontier()).toHaveLength(2)
    for (const { body: sent } of frontier()) expect(sent).not.toContain(mail)
  })

  it('TRUST 25: is not kept where what was found may not lie in the store', async () => {
    const { turn, saved, frontier } = await responding({ detect: { email: 'never-leave' } }, 'up')
    const { status, body } = await turn(text)
    expect(status).toBe(200)
    expect(body).toMatchObject({ store: false })
    expect(saved).toEqual([])
    expect(frontier()).toEqual([])
  })
})

type Responded = {
  readonly id: string
  readonly output: readonly { readonly content: readonly { readonly text: string }[] }[]
}

describe('texts for embeddings', () => {
  const embed = (rules: Parameters<typeof gateway>[0], input: unknown) => {
    const made = gateway(rules)
    const response = made.ask('', { model: 'vectors', input, messages: undefined }, '/v1/embeddings')
    return { ...made, response }
  }

  it('are not redacted in silence: a sensitive one does not leave', async () => {
    const { response, sent } = embed({ detect: true }, ['harmless', text])
    expect((await response).status).toBe(403)
    expect(sent).toEqual([])
  })

  it('leave as they are where the rules allow that, and where nothing was found', async () => {
    const allowed = embed({ detect: true, embeddings: 'send' }, text)
    expect((await allowed.response).status).toBe(200)
    expect(allowed.sent[0]?.body).toContain(mail)
    const harmless = embed({ detect: true }, ['harmless'])
    expect((await harmless.response).status).toBe(200)
  })

  it('that are tokens cannot be looked through, and count as the rules say', async () => {
    const { response, sent } = embed({ detect: true }, [1, 2, 3])
    expect((await response).status).toBe(403)
    expect(sent).toEqual([])
    expect((await embed({ detect: true, whenUnsure: 'public' }, [1, 2, 3]).response).status).toBe(200)
  })
})

describe('parts that cannot be redacted', () => {
  const parts = [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
  ]

  it('keep a sensitive request near', async () => {
    const { ask, frontier } = gateway({ detect: true })
    expect((await ask(parts)).status).toBe(403)
    expect(frontier()).toEqual([])
  })

  it('are refused at once where the rules say so, and leave where nothing is sensitive', async () => {
    const { ask, sent } = gateway({ detect: true, unredactable: 'refuse' }, { near: 'up' })
    const refused = await ask(parts)
    expect(refused.status).toBe(403)
    expect(await refused.text()).not.toContain(mail)
    expect(sent).toEqual([])
    expect((await ask([{ type: 'text', text: 'What is this?' }, parts[1]])).status).toBe(200)
  })
})

describe('POST /v1/route', () => {
  it('shows the level, where it comes from and what was found as counts, and no text', async () => {
    const { ask, sent } = gateway({ detect: true })
    const response = await ask(text, { headers: { 'x-level': 'public' } }, '/v1/route')
    const said = await response.text()
    expect(JSON.parse(said)).toMatchObject({
      plan: { reason: 'private', privacy: 'sensitive' },
      privacy: {
        level: 'sensitive',
        from: { account: 'public', header: null, found: 'sensitive', unread: null },
        found: { email: 1 },
        confined: null,
        redacted: 1,
      },
    })
    expect(said).not.toContain(mail)
    expect(sent).toEqual([])
  })
})
