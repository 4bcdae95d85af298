/** Plays one row of the table: sets the parties up, asks as a client does, and tells what came of it in the table's words. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Frontier, type Script, startFrontier } from '../doubles/frontier.ts'
import { usualCost } from '../workerd/place/events.ts'
import type { Fault, FrontierDoes } from './faults.ts'
import type { Lab, LabGateway } from './lab.ts'
import { frontierZone, type LabObserved } from './lab-app.ts'
import { brokenJson, forgedValue, type LabNode, nodeRefusal, nodeText, startLabNode } from './lab-node.ts'
import type { Row } from './rows.ts'
import { type Closing, type Expected, isEasy } from './rules.ts'

export type Played = {
  readonly told: Expected
  /** What must never be, whatever the row says: empty where all is well. */
  readonly broken: readonly string[]
}

const patienceMs = 30_000

const frontierText = 'The capital of France is Paris.'

export async function play(lab: Lab, row: Row): Promise<Played> {
  const { frontier: frontierDoes, node: nodeDoes } = row.does
  const frontier = await startFrontier()
  const node = await startLabNode('answers')
  try {
    const gateway = lab.open({
      frontier: {
        url: frontierDoes === 'is not there' ? nobodyAt(frontier.url) : frontier.url,
        key: frontier.key,
      },
      node: { url: nodeDoes === 'is not there' ? nobodyAt(node.url) : node.url, key: node.key },
      strategy: row.strategy.startsWith('direct') ? 'direct' : (row.strategy as 'cascade'),
      difficulty: isEasy(row.strategy) ? 0.2 : 0.9,
      providers: row.privacy === 'contractual, others named' ? ['another.lab'] : [frontierZone],
      limit: { ample: 100_000_000_000, spent: 1, 'for one attempt': 800_000 }[row.does.budget],
      store: row.does.store,
      broken: row.does.broken,
      clock: row.does.clock,
      cached: row.does.asked === 'before',
      silent: isSilent(row.does),
    })
    if (row.does.asked === 'before' || row.does.clock !== 'steady') {
      await ask(gateway, row)
      await whenOver(gateway, row, 1)
      // Keeping goes on behind the answer.
      await pause(20)
    }
    const before = await seen(gateway, frontier, node)
    if (nodeDoes !== 'is not there') node.does(nodeDoes)
    script(frontier, frontierDoes)
    const answer = await ask(gateway, row, () => node.requests.length + frontier.requests.length)
    const after = await whenOver(gateway, row, before.observed.records.length + 1)
    return judge(row, answer, before, { ...after, frontier, node })
  } finally {
    await Promise.all([frontier.close(), node.close()])
  }
}

/** Rows of a fault at once: as many as the machine can carry in time, and all of those that mostly wait. */
export async function playAll(lab: Lab, own: readonly Row[]): Promise<readonly Played[]> {
  const played: Played[] = []
  const atOnce = own.some(({ does }) => isSilent(does)) ? own.length : 10
  for (let at = 0; at < own.length; at += atOnce) {
    played.push(...(await Promise.all(own.slice(at, at + atOnce).map((row) => play(lab, row)))))
  }
  return played
}

function isSilent({ frontier, node, store }: Fault): boolean {
  const silent = ['hangs', 'stalls mid-answer']
  return silent.includes(frontier) || silent.includes(node) || store === 'hangs'
}

/** The doubles listen on 127.0.0.1 alone: no other can come to have this address. */
export function nobodyAt(url: string): string {
  return url.replace('127.0.0.1', '127.0.0.2')
}

export function script(frontier: Frontier, does: FrontierDoes): void {
  if (does === 'fails once') frontier.next({ fault: 'status', status: 500 })
  frontier.always(scriptOf(does))
}

export function scriptOf(does: FrontierDoes): Script {
  return scripts[does]
}

const scripts: { readonly [does in FrontierDoes]: Script } = {
  answers: {},
  'is slow to begin': { fault: 'slow-first-byte', delayMs: 60 },
  'fails once': {},
  fails: { fault: 'status', status: 500 },
  'asks for patience': { fault: 'status', status: 429, retryAfter: '30' },
  hangs: { fault: 'hang-before-headers' },
  'is not there': {},
  resets: { fault: 'refused-before-headers' },
  'cuts mid-answer': { fault: 'cut', afterChunks: 3, delayMs: 20 },
  'stalls mid-answer': { fault: 'hang-mid-stream', afterChunks: 3 },
  'says garbage': { fault: 'malformed-json' },
  'shows a page': { fault: 'wrong-content-type' },
}

function canaryOf({ number, privacy }: Row): string {
  return privacy === 'sensitive' ? `ada.canary${number}@example.org` : `violet-otter-${number}`
}

type Answer = {
  readonly status: number | null
  readonly headers: Headers
  readonly body: string
  readonly ending: Expected['ending']
}

async function ask(gateway: LabGateway, row: Row, asked: () => number = () => 0): Promise<Answer> {
  const { privacy, stream, does } = row
  const level = privacy.split(',')[0]!
  const leaving = new AbortController()
  const leaves = does.client === 'leaves'
  const hearsFirst = leaves && row.expected.status !== null
  if (leaves && !hearsFirst) {
    const { node, frontier } = row.expected.asked
    void whenAsked(asked, node + frontier).then(() => leaving.abort())
  }
  try {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      // What is sensitive is to be found out.
      headers: {
        'content-type': 'application/json',
        ...(privacy === 'sensitive' ? {} : { 'x-nearside-privacy': level }),
      },
      body: JSON.stringify({
        model: 'auto',
        stream,
        max_tokens: 100,
        ...(does.node === 'breaks JSON' ? { response_format: { type: 'json_object' } } : {}),
        messages: [{ role: 'user', content: `Prove for ${canaryOf(row)} that there is no largest prime.` }],
      }),
      signal: leaving.signal,
    })
    let body = ''
    try {
      const decoder = new TextDecoder()
      for await (const piece of response.body ?? []) {
        body += decoder.decode(piece, { stream: true })
        if (hearsFirst) leaving.abort()
      }
      return { status: response.status, headers: response.headers, body, ending: 'complete' }
    } catch {
      return { status: response.status, headers: response.headers, body, ending: leaves ? 'left' : 'cut' }
    }
  } catch (error) {
    if (!leaves) throw error
    return { status: null, headers: new Headers(), body: '', ending: 'left' }
  }
}

/** Resolves once so many requests have reached the doubles, or after long enough; a moment later they are under way. */
export async function whenAsked(asked: () => number, count: number): Promise<void> {
  for (const until = Date.now() + patienceMs; asked() < count && Date.now() < until; ) await pause(5)
  await pause(30)
}

type Seen = { readonly observed: LabObserved; readonly asked: { node: number; frontier: number } }

async function seen(gateway: LabGateway, frontier: Frontier, node: LabNode): Promise<Seen> {
  const asked = { node: node.requests.length, frontier: frontier.requests.length }
  return { observed: await gateway.observed(), asked }
}

/** Settling lies behind the answer: what was done, once nothing is open, or as it is after long enough. */
export async function whenSettled(
  gateway: LabGateway,
  { records, books }: { readonly records: number; readonly books: boolean },
): Promise<LabObserved> {
  const until = Date.now() + patienceMs
  for (let waitMs = 5; ; waitMs = Math.min(100, waitMs * 2)) {
    const observed = await gateway.observed()
    const over = observed.records.length >= records && (!books || isClosed(observed))
    if (over || Date.now() > until) return observed
    await pause(waitMs)
  }
}

async function whenOver(gateway: LabGateway, { does }: Row, records: number) {
  const books = does.store === 'answers' || does.store === 'is slow'
  return { observed: await whenSettled(gateway, { records, books }) }
}

function isClosed({ calls }: LabObserved): boolean {
  const held = calls.filter(({ verb, outcome }) => verb === 'reserve' && outcome === 'granted')
  return held.every(({ hold }) => calls.some((call) => call.hold === hold && call.verb !== 'reserve'))
}

type After = { readonly observed: LabObserved; readonly frontier: Frontier; readonly node: LabNode }

function judge(row: Row, answer: Answer, before: Seen, { observed, frontier, node }: After): Played {
  const broken: string[] = []
  const must = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what)
  }
  const { status, headers, body } = answer
  const said = (name: string): string | null => headers.get(`x-nearside-${name}`)
  const tier = status === 200 ? (said('tier') as Expected['tier']) : null
  const error = status !== null && status !== 200 ? (JSON.parse(body) as { error: { code: string } }) : null
  const retryAfter = error === null ? null : headers.get('retry-after')
  const calls = observed.calls.slice(before.observed.calls.length)
  const told: Expected = {
    status,
    tier,
    shown: tier === null ? null : (said('strategy') as Expected['shown']),
    reason: tier === null ? null : said('reason'),
    degraded: said('degraded'),
    code: error?.error.code ?? null,
    retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
    ending: answer.ending,
    asked: {
      node: node.requests.length - before.asked.node,
      frontier: frontier.requests.length - before.asked.frontier,
    },
    closings: closingsOf(calls),
  }

  // What was said is what the tier said, to its end or as far as it came, and a cut is told as one.
  if (tier !== null && row.does.asked === 'once') {
    const text = textOf(body, row.stream)
    const whole = tier === 'frontier' ? frontierText : nodeSays(row)
    if (answer.ending === 'complete') must(text === whole, `The text is ${JSON.stringify(text)}.`)
    else must(whole.startsWith(text), `The text is ${JSON.stringify(text)}.`)
    if (answer.ending === 'cut') must(/^data: \{"error":/m.test(body), 'The cut is not told.')
    if (answer.ending === 'complete' && row.stream) must(body.trimEnd().endsWith('[DONE]'), 'No end is told.')
  }
  must(
    !`${JSON.stringify([...headers])}${body}`.includes(forgedValue),
    'A node forged what the caller is told.',
  )
  must(headers.get('set-cookie') === null, 'A cookie came through.')

  // Where the text must not have been.
  const canary = canaryOf(row)
  const sent = frontier.requests.map(({ rawHeaders, body }) => `${rawHeaders.join()}${body}`).join()
  if (row.privacy !== 'public' && row.privacy !== 'contractual')
    must(!sent.includes(canary), 'The frontier saw the canary.')
  if (row.privacy === 'never-leave') must(frontier.requests.length === 0, 'The frontier was asked.')
  must(frontier.elsewhere.requests.length === 0, 'Another origin was asked.')
  must(!observed.stored.includes(canary), 'A store was given the canary.')
  must(!JSON.stringify(observed.records).includes(canary), 'A record holds the canary.')

  // The money: the books, the record and the frontier's own count agree to the nano-dollar.
  const { balance, records } = observed
  const settled = observed.calls.reduce((sum, { verb, amount }) => sum + (verb === 'settle' ? amount : 0), 0)
  const charged = records.reduce((sum, { charge }) => sum + (charge?.amount ?? 0), 0)
  const books = row.does.store === 'answers' || row.does.store === 'is slow'
  must(charged === settled, `The records say ${charged}, and settled was ${settled}.`)
  if (books && balance !== null)
    must(
      balance.settled === settled && balance.reserved === 0 && balance.expired === 0,
      `The balance is ${JSON.stringify(balance)}, and settled was ${settled}.`,
    )
  const record = records.length - before.observed.records.length
  must(record === 1, `${record} records were written.`)
  return { told, broken }
}

function closingsOf(calls: LabObserved['calls']): readonly Closing[] {
  const holds = calls.filter(({ verb, outcome }) => verb === 'reserve' && outcome === 'granted')
  return holds.map(({ hold, amount }) => {
    const ends = calls.filter((call) => call.hold === hold && call.verb !== 'reserve')
    const [end] = ends
    if (end === undefined || ends.length > 1) throw new Error(`${hold} was closed ${ends.length} times.`)
    if (end.verb === 'release') return 'released'
    if (end.amount === usualCost) return 'usage'
    return end.amount === amount ? 'held' : 'seen'
  })
}

function nodeSays({ does: { node } }: Row): string {
  return node === 'refuses in words' ? nodeRefusal : node === 'breaks JSON' ? brokenJson : nodeText
}

function textOf(body: string, stream: boolean): string {
  if (!stream)
    return (JSON.parse(body) as { choices: [{ message: { content: string } }] }).choices[0].message.content
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: {') && !line.startsWith('data: {"error"'))
    .map((line) => JSON.parse(line.slice(6)) as { choices?: { delta: { content?: string | null } }[] })
    .map(({ choices = [] }) => choices[0]?.delta.content ?? '')
    .join('')
}
