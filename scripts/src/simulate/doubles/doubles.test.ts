import { afterEach, describe, expect, it } from 'vitest'
import { environments } from '../environments/all.ts'
import type { Environment } from '../environments/environment.ts'
import { mindFor } from '../minds/all.ts'
import { act } from './act.ts'
import type { Chat, ChatMessage } from './chat.ts'
import { executorProfile, type Profile, supervisorProfile } from './profile.ts'
import { type Double, startDouble } from './start-double.ts'
import { supervise } from './supervise.ts'
import { promptTokens } from './tokens.ts'

const faultless: Profile = {
  wrongStep: 0,
  guidedShare: 1,
  attendsTokens: 1e9,
  forgets: 0,
  repeats: 0,
  claimsEarly: 0,
  takesAdvice: 1,
  overlooks: 0,
  falseAlarm: 0,
  omits: 0,
  summarisesFromLetters: 1e9,
  doubtsWrong: 0,
  doubtsRight: 0,
}
const user = (text: string): ChatMessage => ({ role: 'user', text, calls: [] })
const chat = (...messages: readonly ChatMessage[]): Chat => ({
  model: 'double',
  messages,
  toolText: '',
  stream: false,
})
const task = environments.form.tasks(1, 1)[0]!
const lines = (text: string): string => `1 user: ${text}`

/** The messages of each turn of a session, and whether it ended well. */
function session(environment: Environment, profile: Profile, seed: number, position: number) {
  const its = environment.tasks(1, position + 1)[position]!
  const world = its.open()
  const messages: ChatMessage[] = [user(its.prompt)]
  for (let turn = 0; turn < 60; turn++) {
    const { step } = act(chat(...messages), profile, seed)
    if (step.does === 'say') return { messages, done: world.done(step.text) }
    const { name, given } = step.call
    messages.push({
      role: 'assistant',
      text: step.note ?? '',
      calls: [{ name, given: JSON.stringify(given) }],
    })
    messages.push({ role: 'tool', text: world.call(name, given), calls: [] })
  }
  return { messages, done: false }
}

function doneOf(environment: Environment, profile: Profile): number {
  return Array.from({ length: 40 }, (_, i) => session(environment, profile, 1, i)).filter(({ done }) => done)
    .length
}

const all = Object.values(environments)

describe('a simulated model at work', () => {
  it('does every task where its profile has no mistakes', () => {
    for (const environment of all) expect(doneOf(environment, faultless), environment.name).toBe(40)
  })

  it('fails more often the more of each mistake it makes', () => {
    for (const environment of all) {
      expect(doneOf(environment, { ...faultless, wrongStep: 0.2 }), environment.name).toBeLessThan(38)
      expect(doneOf(environment, { ...faultless, claimsEarly: 0.2 }), environment.name).toBeLessThan(30)
      expect(doneOf(environment, executorProfile)).toBeLessThan(doneOf(environment, supervisorProfile))
    }
  })

  it('says the same to the same messages, whatever it was asked before, and other things by another seed', () => {
    const { messages } = session(environments.search, executorProfile, 1, 3)
    const turns = messages.flatMap((_, i) => (i % 2 === 0 ? [messages.slice(0, i + 1)] : []))
    const answers = turns.map((turn) => act(chat(...turn), executorProfile, 1))
    expect(turns.toReversed().map((turn) => act(chat(...turn), executorProfile, 1))).toEqual(
      answers.toReversed(),
    )
    const seeds = [2, 3, 4].map((seed) => turns.map((turn) => act(chat(...turn), executorProfile, seed)))
    for (const other of seeds) expect(other).not.toEqual(answers)
  })

  it('knows nothing that does not stand in the messages', () => {
    const { messages } = session(environments.search, faultless, 1, 0)
    const step = (...given: readonly ChatMessage[]) => act(chat(...given), faultless, 1).step
    expect(step(...messages)).toMatchObject({ does: 'say' })
    expect(step(messages[0]!)).toMatchObject({ does: 'call', call: { name: 'search' } })
    expect(step(user('What is the capital of France?'))).toEqual({
      does: 'say',
      text: 'This is no task that I know.',
    })
  })

  it('forgets beyond the context that it attends to, and a summary in the messages brings it back', () => {
    const { messages } = session(environments.document, faultless, 1, 0)
    const forgetful: Profile = { ...faultless, attendsTokens: 100, forgets: 1 }
    expect(promptTokens(chat(...messages))).toBeGreaterThan(1_000)
    expect(act(chat(...messages), forgetful, 1).step).toMatchObject({ does: 'call' })
    const { facts } = mindFor(messages[0]!.text)!.think(
      messages[0]!.text,
      messages.map(({ text }) => text).join('\n'),
    )
    const summary: ChatMessage = {
      role: 'system',
      text: `What is known so far:\n${facts.join('\n')}`,
      calls: [],
    }
    const last = messages.slice(-2)
    expect(act(chat(summary, messages[0]!, ...last), forgetful, 1).step).toMatchObject({ does: 'say' })
  })

  it('takes advice at the turn that follows it, and not where its profile takes none', () => {
    const advice = user(
      'Advice from your supervisor: try this. Do next: call fill {"field":"phone","value":"123456"}',
    )
    const given = [user(task.prompt), advice]
    const advised = { does: 'call', call: { name: 'fill', given: { field: 'phone', value: '123456' } } }
    expect(act(chat(...given), faultless, 1).step).toEqual(advised)
    expect(act(chat(...given), { ...faultless, takesAdvice: 0 }, 1).step).toMatchObject({
      call: { name: 'view' },
    })
    const after: ChatMessage = { role: 'assistant', text: '', calls: [{ name: 'view', given: '{}' }] }
    expect(act(chat(...given, after), faultless, 1).step).not.toEqual(advised)
  })

  it('goes wrong less often where a plan names the right step', () => {
    const wrong = (guide: string): number =>
      Array.from({ length: 200 }, (_, seed) => {
        const system: ChatMessage = { role: 'system', text: guide, calls: [] }
        const its = environments.search.tasks(1, 1)[0]!
        const { step } = act(
          chat(system, user(its.prompt)),
          { ...faultless, wrongStep: 0.5, guidedShare: 0.1 },
          seed,
        )
        return step.does === 'call' && its.prompt.includes(String(step.call.given.query)) ? 0 : 1
      }).reduce((sum: number, each) => sum + each, 0)
    const start = /"([^"]+)"/.exec(environments.search.tasks(1, 1)[0]!.prompt)?.[1]
    expect(wrong(`1. call search {"query":"${start}"}`)).toBeLessThan(wrong('Do your best.') / 2)
  })
})

describe('a simulated supervisor', () => {
  const question = (allowed: readonly string[], material: object): Chat =>
    chat(
      { role: 'system', text: allowed.map((verdict) => `{"verdict":"${verdict}"}`).join('\n'), calls: [] },
      user(JSON.stringify(material)),
    )
  const ask = (allowed: readonly string[], material: object, profile: Profile = faultless) =>
    JSON.parse(supervise(question(allowed, material), profile, 1)?.content ?? 'null')
  const phone = /phone = (\d+)/.exec(task.prompt)?.[1]
  const wrong = '2 result of fill: Field phone accepted: "000000". Asked next: birth_year.'
  const right = `2 result of fill: Field phone accepted: "${phone}". Asked next: birth_year.`

  it('is asked by questions alone; the rest is work', () => {
    expect(supervise(chat(user(task.prompt)), faultless, 1)).toBeNull()
    expect(
      supervise(
        chat({ role: 'system', text: '{"verdict":"fine"}', calls: [] }, user('no JSON')),
        faultless,
        1,
      ),
    ).toBeNull()
  })

  it('leaves alone who is on the way, and advises on what it sees to be wrong', () => {
    const allowed = ['fine', 'advice', 'take-over']
    expect(ask(allowed, { trajectory: `${lines(task.prompt)}\n${right}` })).toEqual({ verdict: 'fine' })
    expect(ask(allowed, { trajectory: `${lines(task.prompt)}\n${wrong}` })).toEqual({
      verdict: 'advice',
      advice: `phone is not what the record says. Do next: call fill {"field":"phone","value":"${phone}"}`,
    })
  })

  it('overlooks and raises false alarms at the rates of its profile', () => {
    const trajectory = `${lines(task.prompt)}\n${wrong}`
    expect(ask(['fine', 'advice'], { trajectory }, { ...faultless, overlooks: 1 })).toEqual({
      verdict: 'fine',
    })
    const alarmed = ask(
      ['fine', 'advice'],
      { trajectory: `${lines(task.prompt)}\n${right}` },
      { ...faultless, falseAlarm: 1 },
    )
    expect(alarmed).toMatchObject({ verdict: 'advice' })
  })

  it('plans, accepts what is done, and has what is not done gone on with from a summary', () => {
    const allowed = ['fine', 'accept', 'replan']
    expect(ask(['plan'], { trajectory: lines(task.prompt) }).plan).toContain(`"phone","value":"${phone}"`)
    const finished = `${right}\n3 result of submit: The form is submitted.\nnow assistant: Answer: submitted`
    const unseen = 'Answer: submitted'
    expect(ask(allowed, { trajectory: `${lines(task.prompt)}\n${finished}`, unseen_answer: unseen })).toEqual(
      { verdict: 'accept' },
    )
    const early = ask(allowed, {
      trajectory: `${lines(task.prompt)}\n${right}\nnow assistant: Answer: submitted`,
      unseen_answer: unseen,
    })
    expect(early).toMatchObject({ verdict: 'replan', summary: `Field phone accepted: "${phone}".` })
    expect(early.plan).toContain('Do next: call fill {"field":"birth_year"')
  })

  it('says fine to a task that it does not know', () => {
    expect(ask(['fine', 'advice'], { trajectory: '1 user: hello' })).toEqual({ verdict: 'fine' })
  })
})

describe('a double behind HTTP', () => {
  let double: Double | null = null
  afterEach(async () => {
    await double?.close()
    double = null
  })
  const body = { model: 'any', messages: [{ role: 'user', content: task.prompt }] }
  const post = (given: unknown) =>
    fetch(`${double?.url}/chat/completions`, { method: 'POST', body: JSON.stringify(given) })

  it('streams what it says whole, and logs what it tells', async () => {
    double = await startDouble({ profile: faultless, seed: 1, cachedFromTokens: 0 })
    const whole = (await (await post(body)).json()) as {
      usage: object
      choices: { message: { tool_calls: object[] } }[]
    }
    const streamed = await (await post({ ...body, stream: true })).text()
    expect(whole.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'view', arguments: '{}' } },
    ])
    expect(streamed).toMatch(/"name":"view","arguments":"\{\}"/)
    expect(streamed).toMatch(/data: \[DONE\]\n\n$/)
    const [first, second] = double.log
    expect(whole.usage).toMatchObject({
      prompt_tokens: first?.promptTokens,
      completion_tokens: first?.outputTokens,
    })
    // It has seen this prompt before, all of it.
    expect([first?.cachedTokens, second?.cachedTokens]).toEqual([0, second?.promptTokens])
  })

  it('refuses what is no chat', async () => {
    double = await startDouble({ profile: faultless, seed: 1, cachedFromTokens: 0 })
    for (const given of [{}, { messages: [] }, { messages: [{}] }, 'text'])
      expect((await post(given)).status).toBe(400)
    expect((await fetch(`${double.url}/models`)).status).toBe(404)
    expect(double.log).toEqual([])
  })
})
