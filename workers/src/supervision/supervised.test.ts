import type { PrivacySettings } from '@nearside/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { privacyGuard } from '../privacy/privacy-guard.ts'
import { memorySessionStore } from './memory-session-store.ts'
import type { SessionStore } from './session-store.ts'
import { executeVerifyAdvise, planExecuteVerifyReplan } from './supervised.ts'
import type { SupervisionOptions } from './supervision-options.ts'

const secret = 'a secret of thirty-two characters or more'
const frontier = { url: 'https://api.example/v1', models: [{ model: 'large', price: 'free' as const }] }
const local = {
  url: 'http://10.0.0.5/v1',
  models: [{ model: 'small', tools: true }],
  zone: 'premises' as const,
}
const ask = (text: string) => [{ role: 'user', content: text }]

/** A gateway whose upstreams say what a test wants, with what each was asked. */
function gateway(
  supervision: Partial<SupervisionOptions>,
  say: (who: 'executor' | 'supervisor', body: string) => string | Promise<string>,
  more: Partial<NearsideOptions> = {},
) {
  const asked = { executor: [] as string[], supervisor: [] as string[] }
  const strategy = planExecuteVerifyReplan({
    store: memorySessionStore(),
    secret,
    zone: 'gateway',
    ...supervision,
  })
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      frontier,
      local,
      strategies: [strategy],
      policy: { strategy: 'plan-execute-verify-replan' },
      retry: { attempts: 1 },
      fetch: async (url, init) => {
        const who = String(url).includes('10.0.0.5') ? 'executor' : 'supervisor'
        const body = String(init?.body)
        asked[who].push(body)
        const content = await say(who, body)
        const message = { role: 'assistant', content }
        return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }] })
      },
      ...more,
    }),
  )
  const post = async (messages: readonly object[], headers: Record<string, string> = {}) => {
    const response = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'auto', messages }),
    })
    const body = (await response.json()) as { choices: { message: { content: string } }[] }
    const said = (name: string) => response.headers.get(`x-nearside-${name}`)
    return {
      status: response.status,
      text: body.choices?.[0]?.message.content,
      supervision: said('supervision'),
      session: said('session-id') ?? '',
    }
  }
  return { asked, post }
}

const plan = JSON.stringify({ verdict: 'plan', plan: '1. Look.' })
const accept = JSON.stringify({ verdict: 'accept' })
const scripted = (who: string, body: string) =>
  who === 'executor'
    ? 'Done.'
    : body.includes('claims') || body.includes('It says that it is done')
      ? accept
      : plan

describe('a supervised strategy', () => {
  it('without a store is a configuration error that says what would be one', () => {
    for (const make of [executeVerifyAdvise, planExecuteVerifyReplan])
      for (const given of [undefined, {}, { secret }, { store: null, secret }])
        expect(() => make(given as never)).toThrow(
          /\.store is needed: .*redisSessionStore.*memorySessionStore/,
        )
  })

  it('refuses settings that cannot be meant, with their path', () => {
    const store = memorySessionStore()
    const wrong: readonly [object, RegExp][] = [
      [{ store, secret: 'short' }, /at least 32/],
      [{ store: {}, secret }, /\.store/],
      [{ store, secret, everyTurns: 0 }, /everyTurns/],
      [{ store, secret, everyturns: 4 }, /everyturns is not an option/],
      [{ store, secret, unsureBelow: 2 }, /unsureBelow/],
      [{ store, secret, zone: 'somewhere' }, /zone/],
      [{ store, secret, contextTokens: 10 }, /contextTokens/],
      [{ store, secret, mayTakeOver: 'yes' }, /mayTakeOver/],
    ]
    for (const [given, says] of wrong)
      expect(() => executeVerifyAdvise(given as SupervisionOptions)).toThrow(says)
  })

  it('that a policy names and nobody brings is refused at start, with the function that makes it', () => {
    expect(() =>
      resolveOptions({ open: 'loopback', frontier, policy: { strategy: 'execute-verify-advise' } }),
    ).toThrow(
      'policy.strategy is execute-verify-advise, which strategies has to bring: [executeVerifyAdvise()]',
    )
  })
})

describe('a session whose process dies', () => {
  it('is held up by nobody’s claim for longer than it lasts, and its state is whole', async () => {
    let clock = 1_000_000
    let dying = false
    const kept = memorySessionStore({ now: () => clock })
    const store: SessionStore = {
      load: kept.load,
      async save(tenant, name, given, keepMs) {
        // What was claimed is kept; what was said never is.
        if (dying && given.revision > 1) throw new Error('the process is gone')
        return kept.save(tenant, name, given, keepMs)
      },
    }
    const { asked, post } = gateway({ store, timeoutMs: 1_000 }, scripted, { now: () => clock })
    dying = true
    const first = await post(ask('Go.'))
    // It went on with the plan that it had heard, and then could ask for no further word.
    expect([first.text, first.supervision]).toEqual([
      'Done.',
      expect.stringMatching(/^unsupervised; why=store; cause=no-plan\+claims-done/),
    ])
    dying = false
    const again = { 'x-nearside-session-id': first.session }
    const meanwhile = await post(ask('Go.'), again)
    expect(meanwhile.supervision).toMatch(/^unsupervised; why=busy/)
    expect(asked.supervisor).toHaveLength(1)
    clock += 6_001
    const later = await post(ask('Go.'), again)
    expect(later.supervision).toBe('plan+accept; cause=no-plan+claims-done; turn=1; session=continued')
    expect(asked.executor.at(-1)).toContain('1. Look.')
  })

  it('is unsupervised while the store is away, and no request fails of it', async () => {
    const away = async (): Promise<never> => {
      throw new Error('no store')
    }
    const hanging = () => new Promise<never>(() => {})
    for (const store of [
      { load: away, save: away },
      { load: hanging, save: hanging },
    ]) {
      const { post } = gateway({ store }, scripted, { deadlines: { storeMs: 20 } })
      const { text, supervision } = await post(ask('Go.'))
      expect([text, supervision]).toEqual(['Done.', expect.stringMatching(/^unsupervised; why=store/)])
    }
  })

  it('begins anew where what was kept cannot be read', async () => {
    const kept = memorySessionStore()
    const store: SessionStore = {
      ...kept,
      async load(tenant, name) {
        const found = await kept.load(tenant, name)
        return found && { ...found, sealed: btoa('this is not what was sealed') }
      },
    }
    const { post } = gateway({ store }, scripted)
    const { session } = await post(ask('Go.'))
    const next = await post(ask('Go on.'), { 'x-nearside-session-id': session })
    expect(next.session).toBe(session)
    expect(next.supervision).toBe('plan+accept; cause=no-plan+claims-done; turn=1; session=new')
  })

  it('has only so many words', async () => {
    const { asked, post } = gateway({ mostWords: 1 }, scripted)
    const { supervision } = await post(ask('Go.'))
    expect(supervision).toBe('plan; cause=no-plan; turn=1; session=new')
    expect(asked.supervisor).toHaveLength(1)
  })

  it('has the words that the policy in force says, whatever its strategy was handed in with', async () => {
    const { asked, post } = gateway({}, scripted, {
      policy: { strategy: 'plan-execute-verify-replan', supervision: { mostWords: 1 } },
    })
    await post(ask('Go.'))
    expect(asked.supervisor).toHaveLength(1)
  })
})

describe('the rhythm of a supervised session', () => {
  it('is the policy’s where it says one: after so many turns the supervisor looks', async () => {
    const fine = JSON.stringify({ verdict: 'fine' })
    const looksAt = async (everyTurns: number | null): Promise<readonly number[]> => {
      const store = memorySessionStore()
      const { asked, post } = gateway({}, (who) => (who === 'executor' ? 'Done.' : fine), {
        strategies: [executeVerifyAdvise({ store, secret, zone: 'gateway', everyTurns: 3 })],
        policy: { strategy: 'execute-verify-advise', supervision: { everyTurns } },
      })
      const looked: number[] = []
      let session = ''
      const messages: object[] = []
      for (let turn = 1; turn <= 6; turn++) {
        messages.push(...ask(`Step ${turn}.`))
        const before = asked.supervisor.length
        const answer = await post(messages, session === '' ? {} : { 'x-nearside-session-id': session })
        session = answer.session
        messages.push({ role: 'assistant', content: answer.text })
        if (asked.supervisor.length > before) looked.push(turn)
      }
      return looked
    }
    expect(await looksAt(2)).toEqual([2, 4, 6])
    expect(await looksAt(null)).toEqual([3, 6])
  })
})

describe('what a supervisor sees of personal data', () => {
  const mail = 'ada.lovelace@example.org'

  it('TRUST 22: is redacted on the way out, and put back into its word', async () => {
    const advise = (body: string) =>
      JSON.stringify({
        verdict: 'plan',
        plan: `Write to ${/\[EMAIL[^\]"\\]*\]|<[^>"\\]+>/.exec(body)?.[0]}.`,
      })
    const guard = privacyGuard({ detect: true, redact: true })
    const { asked, post } = gateway(
      {},
      (who, body) =>
        who === 'executor' ? 'Done.' : body.includes('It says that it is done') ? accept : advise(body),
      { privacy: guard },
    )
    const { supervision } = await post(ask(`Write to ${mail}.`))
    expect(supervision).toMatch(/^plan\+accept/)
    expect(asked.supervisor).toHaveLength(2)
    for (const body of asked.supervisor) expect(body).not.toContain(mail)
    expect(asked.executor[0]).toContain(`plan:\\nWrite to ${mail}.`)
  })

  it('TRUST 22: is redacted by the rules that its request began with, though they are taken away meanwhile', async () => {
    let rules: PrivacySettings = { detect: true, redact: true }
    const guard = privacyGuard(() => rules)
    const { asked, post } = gateway(
      {},
      (who, body) => {
        if (who === 'executor') rules = { redact: false }
        return scripted(who, body)
      },
      { privacy: guard },
    )
    await post(ask(`Write to ${mail}.`))
    expect(asked.supervisor).toHaveLength(2)
    for (const body of asked.supervisor) expect(body).not.toContain(mail)
  })

  it('is nothing where a sensitive text would leave as it is', async () => {
    const { asked, post } = gateway({}, scripted, { privacy: privacyGuard({ detect: true, redact: false }) })
    const { supervision } = await post(ask(`Write to ${mail}.`))
    expect(supervision).toMatch(/^unsupervised; why=privacy/)
    expect(asked.supervisor).toHaveLength(0)
  })
})

describe('a session whose secret is changed', () => {
  it('goes on while the one before it is still known, and is another without it', async () => {
    const store = memorySessionStore()
    const now = 'another secret, of no fewer characters'
    const old = gateway({ store }, scripted)
    const changed = gateway({ store, secret: now, previousSecret: secret }, scripted)
    const done = gateway({ store, secret: now }, scripted)
    const { session } = await old.post(ask('Go.'))
    const more = [...ask('Go.'), { role: 'assistant', content: 'Done.' }, ...ask('And now?')]
    const its = { 'x-nearside-session-id': session }

    expect((await changed.post(more, its)).session).toBe(session)
    expect((await done.post(more, its)).session).not.toBe(session)
    const fresh = await changed.post(ask('Begin.'))
    expect((await done.post(ask('Begin.'), { 'x-nearside-session-id': fresh.session })).session).toBe(
      fresh.session,
    )
  })

  it('is told what a previous secret must be', () => {
    expect(() =>
      executeVerifyAdvise({ store: memorySessionStore(), secret, previousSecret: 'short' }),
    ).toThrow(/previousSecret has at least 32/)
  })
})
