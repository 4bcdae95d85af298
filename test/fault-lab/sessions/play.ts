/** Plays one session of the table: a loop of three turns at a gateway whose parties do at one of them what the row says. */

import { closingsOf } from '../closings.ts'
import { heardStream, heardWhole, type Message } from '../hearing.ts'
import type { Lab, LabGateway } from '../lab.ts'
import { frontierZone, type LabObserved } from '../lab-app.ts'
import { cutText, forgedValue, type LabNode, nodeRefusal, startLabNode } from '../lab-node.ts'
import { nobodyAt, whenAsked, whenSettled } from '../play.ts'
import type { SessionFault } from './faults.ts'
import {
  advice,
  finalText,
  isQuestion,
  plan,
  type Supervisor,
  startSupervisor,
  tools,
  works,
} from './parties.ts'
import type { SessionRow } from './rows.ts'
import { type ExpectedAsk, type ExpectedSession, nobody, type Told } from './rules.ts'

export type PlayedSession = {
  readonly told: ExpectedSession
  /** What must never be, whatever the row says: empty where all is well. */
  readonly broken: readonly string[]
}

type Stage = {
  readonly row: SessionRow
  readonly gateway: LabGateway
  readonly executor: LabNode
  readonly supervisor: Supervisor
  readonly must: (holds: boolean, what: string) => void
}

export async function playSession(lab: Lab, row: SessionRow): Promise<PlayedSession> {
  const { does, privacy } = row
  const supervisor = await startSupervisor()
  const executor = await startLabNode('answers', works)
  // An address says for the whole session whether anybody is there.
  const isAway = {
    executor: does.executor === 'is not there',
    supervisor: does.supervisor === 'is not there',
  }
  const broken: string[] = []
  const must = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what)
  }
  try {
    const { url, key } = supervisor
    const gateway = lab.open({
      frontier: { url, key },
      node: { url: executor.url, key: executor.key },
      strategy: row.design,
      difficulty: 0.5,
      providers: [frontierZone],
      limit: { ample: 100_000_000_000, spent: 1, 'for one word': 1_600_000, 'soft, and spent': 1 }[
        does.budget
      ],
      soft: does.budget === 'soft, and spent',
      store: does.books,
      broken: does.broken,
      clock: 'steady',
      cached: false,
      silent: isSilent(does),
      hybrid: {
        nodes: [{ url: isAway.executor ? nobodyAt(executor.url) : executor.url, key: executor.key }],
        frontier: {
          url: isAway.supervisor ? nobodyAt(url) : url,
          key,
          zone: privacy.endsWith('on premises') ? 'premises' : `provider:${frontierZone}`,
        },
        supervises: {
          everyTurns: 1,
          quietTurns: 1,
          wordTokens: 64,
          // Longer than the store may take, so that each is told from the other.
          timeoutMs: isSilent(does) ? 2_000 : 20_000,
          ...(does.kept === 'on premises' ? {} : { zone: 'provider:sessions.lab' }),
        },
      },
    })
    const stage: Stage = { row, gateway, executor, supervisor, must }
    const asks = await loop(stage)
    const observed = await whenSettled(gateway, { records: asks.length, books: does.books === 'answers' })
    judge(stage, asks, observed)
    const questions = supervisor.requests.filter(({ json }) => isQuestion(json)).length
    return {
      told: {
        asks: asks.map(({ turn, told }) => ({ turn, told })),
        asked: {
          executor: workOf(executor).length,
          words: questions,
          turns: supervisor.requests.length - questions,
        },
        closings: closingsOf(observed.calls, supervisor.bills, must),
      },
      broken,
    }
  } finally {
    await Promise.all([supervisor.close(), executor.close()])
  }
}

type AskedOnce = ExpectedAsk & {
  readonly message: Message | null
  /** Dollars, as the answer says them; null where none came. */
  readonly cost: number | null
}

/** Asks until no tool is called, and once more about a turn that brought nothing. */
async function loop(stage: Stage): Promise<readonly AskedOnce[]> {
  const { row, executor, supervisor } = stage
  const { does } = row
  const messages: Message[] = [
    { role: 'system', content: 'You are careful.' },
    { role: 'user', content: `Find the key of ${canaryOf(row)} in one of the drawers.` },
  ]
  const asks: AskedOnce[] = []
  const spoken: { session: string | null } = { session: null }
  for (const turn of [1, 2, 3] as const) {
    const struck = turn === does.at
    const own = struck ? does.caller : 'asks'
    const given = { turn, messages, spoken }
    if (struck) strike(stage)
    const both = own === 'asks twice at once' ? 2 : 1
    const first = await Promise.all(Array.from({ length: both }, () => ask(stage, { ...given, struck })))
    asks.push(...first.toSorted((one) => (one.told.supervision?.includes('why=busy') === true ? 1 : -1)))
    if (own === 'asks again with its key') asks.push(await ask(stage, { ...given, struck }))
    if (struck) {
      if (does.executor !== 'is not there') executor.does('answers')
      supervisor.does('answers')
    }
    if (asks.at(-1)?.message == null || own === 'asks again')
      asks.push(await ask(stage, { ...given, struck: false }))
    const { message } = asks.at(-1)!
    if (message === null) break
    const calls = (message.tool_calls ?? []).map((call) =>
      does.caller.startsWith('renames') ? { ...call, id: `call_${turn}` } : call,
    )
    if (calls.length === 0) break
    messages.push({ ...message, tool_calls: calls })
    for (const { id } of calls)
      messages.push({ role: 'tool', tool_call_id: id, content: `Empty, but for ${canaryOf(row)}.` })
  }
  return asks
}

/** Whoever looks at a node's load asks it for nothing. */
function workOf({ requests }: LabNode): LabNode['requests'] {
  return requests.filter(({ method }) => method === 'POST')
}

function strike({ row: { does }, executor, supervisor }: Stage): void {
  if (does.executor !== 'is not there')
    executor.does(does.caller === 'leaves at the work' ? 'hangs' : does.executor)
  if (does.caller === 'leaves at the word') supervisor.does('hangs')
  else if (does.supervisor !== 'is not there') supervisor.does(does.supervisor)
  // Long enough for the second to come.
  if (does.caller === 'asks twice at once') supervisor.always({ fault: 'slow-first-byte', delayMs: 500 })
}

type Asking = {
  readonly turn: 1 | 2 | 3
  readonly messages: readonly Message[]
  /** What the last answer said of its session. */
  readonly spoken: { session: string | null }
  readonly struck: boolean
}

async function ask(stage: Stage, { turn, messages, spoken, struck }: Asking): Promise<AskedOnce> {
  const { row, gateway, executor, supervisor, must } = stage
  const { does, privacy, stream } = row
  const forges = struck && does.caller === 'makes the ids up'
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    // What is sensitive is to be found out.
    ...(privacy === 'sensitive' ? {} : { 'x-nearside-privacy': privacy.split(',')[0]! }),
    ...(struck ? { 'x-lab-sessions': does.sessions } : {}),
    ...(struck && does.caller === 'is another tenant' ? { 'x-lab-tenant': 'stranger' } : {}),
    ...(struck && does.caller === 'asks again with its key'
      ? { 'idempotency-key': 'the-key-of-this-turn' }
      : {}),
    ...(does.minuteLater && turn === 3 ? { 'x-lab-later-ms': '60000' } : {}),
  }
  if (does.caller === 'renames the ids, and sends the header' && spoken.session !== null)
    headers['x-nearside-session-id'] = spoken.session
  if (forges) headers['x-nearside-session-id'] = made(spoken.session ?? '')
  const leaving = new AbortController()
  const leaves = struck && does.caller.startsWith('leaves')
  if (leaves) {
    const party = does.caller === 'leaves at the word' ? supervisor : executor
    const before = party.requests.length
    void whenAsked(() => party.requests.length - before, 1).then(() => {
      if (party.requests.length > before) leaving.abort()
    })
  }
  let response: Response
  try {
    const body = JSON.stringify({
      model: 'auto',
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      max_tokens: 100,
      tools,
      messages,
    })
    response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: forges && spoken.session !== null ? body.replaceAll(spoken.session, made(spoken.session)) : body,
      signal: leaving.signal,
    })
  } catch (error) {
    if (!leaves) throw error
    return { turn, told: nobody, message: null, cost: null }
  }
  const text = await response.text()
  const said = (name: string): string | null => response.headers.get(`x-nearside-${name}`)
  must(
    !`${JSON.stringify([...response.headers])}${text}`.includes(forgedValue),
    'A node forged what is told.',
  )
  const { status } = response
  if (status !== 200) {
    const { error } = JSON.parse(text) as { error: { code: string } }
    const retryAfter = response.headers.get('retry-after')
    const retryAfterSeconds = retryAfter === null ? null : Number(retryAfter)
    return {
      turn,
      told: { ...nobody, status, code: error.code, retryAfterSeconds },
      message: null,
      cost: null,
    }
  }
  const told: Told = {
    ...nobody,
    status,
    tier: said('tier') as Told['tier'],
    reason: said('reason') as Told['reason'],
    degraded: said('degraded'),
    supervision: said('supervision'),
    replayed: said('replayed') !== null,
  }
  const { message, cost } = stream ? heardStream(text, must) : heardWhole(text)
  must(said('strategy') === row.design, `The strategy was ${said('strategy')}.`)
  saysItsPart(stage, { turn, told, message, struck, session: said('session-id') })
  if (told.supervision !== null && !(struck && (forges || does.caller === 'is another tenant')))
    spoken.session = said('session-id') ?? spoken.session
  return { turn, told, message, cost: told.replayed ? 0 : cost }
}

/** An answer is the executor's or the supervisor's own, and its calls say the session that its header says. */
function saysItsPart(
  { row: { does }, executor, must }: Stage,
  {
    turn,
    told,
    message,
    struck,
    session,
  }: Pick<AskedOnce, 'turn' | 'told'> & {
    readonly message: Message
    readonly struck: boolean
    readonly session: string | null
  },
): void {
  const isLocal = struck && told.tier === 'local'
  const calls = message.tool_calls ?? []
  const instead = isLocal ? insteadOfWork[does.executor] : undefined
  const text = instead ?? (turn === 3 ? finalText : '')
  must((message.content ?? '') === text, `Turn ${turn} says ${JSON.stringify(message.content)}.`)
  if (text === '') {
    must(
      calls.length === 1 && calls[0]!.function.arguments === `{"at":${turn}}`,
      `Turn ${turn} calls otherwise.`,
    )
    const named = /^call_([\w-]{30})_[0-9a-z]+$/.exec(calls[0]?.id ?? '')?.[1] ?? null
    must(named === session, `The call names ${named}, and the header ${session}.`)
  }
  const { body = '' } = workOf(executor).at(-1) ?? {}
  if (told.tier !== 'local' || told.replayed) return
  const word = /^(?:\w+\+)*(advice|plan);/.exec(told.supervision ?? '')?.[1]
  if (word !== undefined)
    must(body.includes(word === 'plan' ? plan : advice), `The executor was not told the ${word}.`)
}

const insteadOfWork: { readonly [does in SessionFault['executor']]?: string } = {
  'refuses in words': nodeRefusal,
  'is cut short': cutText,
}

/** What nobody made: the same length, another end. */
function made(token: string): string {
  return `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`
}

function canaryOf({ number, privacy }: SessionRow): string {
  return privacy === 'sensitive' ? `ada.canary${number}@example.org` : `violet-otter-${number}-x`
}

export function isSilent({ executor, supervisor, sessions, books, caller }: SessionFault): boolean {
  const silent = ['hangs', 'stalls mid-answer']
  const isParty = silent.includes(executor) || silent.includes(supervisor)
  return caller === 'asks' && (isParty || sessions === 'hangs' || books === 'hangs')
}

function judge(
  { row, executor, supervisor, must }: Stage,
  asks: readonly AskedOnce[],
  { balance, calls, records, stored }: LabObserved,
): void {
  // Where the text must not have been.
  const canary = canaryOf(row)
  const sent = supervisor.requests.map(({ rawHeaders, body }) => `${rawHeaders.join()}${body}`).join()
  if (row.privacy === 'sensitive' || row.privacy === 'never-leave')
    must(!sent.includes(canary), 'The frontier saw the canary.')
  if (row.privacy === 'never-leave') must(supervisor.requests.length === 0, 'The frontier was asked.')
  must(supervisor.elsewhere.requests.length === 0, 'Another origin was asked.')
  must(!stored.includes(canary), 'A store was given the canary.')
  must(!JSON.stringify(records).includes(canary), 'A record holds the canary.')
  must(!stored.includes(advice) && !stored.includes(plan), 'A store was given a word as it is.')
  const given = workOf(executor).map(({ body }) => body)
  must(
    given.every((body) => body.includes(canary)),
    'The executor was given another task.',
  )
  must(!given.join().includes('[EMAIL_'), 'The executor was given a placeholder.')
  const named = /call_[\w-]{30}_[0-9a-z]+/
  must(![sent, ...given].some((body) => named.test(body)), 'A session was named to those upstream.')

  // The money: books, records, the supervisor's own bill and what the caller was told agree to the nano-dollar.
  const settled = calls.reduce((sum, { verb, amount }) => sum + (verb === 'settle' ? amount : 0), 0)
  const charged = records.reduce((sum, { charge }) => sum + (charge?.amount ?? 0), 0)
  must(charged === settled, `The records say ${charged}, and settled was ${settled}.`)
  if (balance !== null && row.does.books === 'answers')
    must(
      balance.settled === settled && balance.reserved === 0 && balance.expired === 0,
      `The balance is ${JSON.stringify(balance)}, and settled was ${settled}.`,
    )
  must(records.length === asks.length, `${records.length} records were written of ${asks.length}.`)
  const costs = asks.map(({ cost }) => cost)
  if (costs.every((cost) => cost !== null)) {
    const told = Math.round(costs.reduce((sum, cost) => sum + cost, 0) * 1e9)
    must(told === settled, `The caller was told ${told}, and settled was ${settled}.`)
  }
}
