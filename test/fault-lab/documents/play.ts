/** Plays one row of the table of long documents. */

import { closingsOf } from '../closings.ts'
import { heardStream, heardWhole } from '../hearing.ts'
import type { Lab, LabGateway } from '../lab.ts'
import { frontierZone, type LabObserved } from '../lab-app.ts'
import { forgedValue, type LabNode, startLabNode } from '../lab-node.ts'
import { nobodyAt, whenAsked, whenSettled } from '../play.ts'
import type { DocumentFault } from './faults.ts'
import { isFourthPiece, nodeSum, type Reader, reads, reportOf, seenBy, startReader, task } from './parties.ts'
import type { DocumentRow } from './rows.ts'
import type { DocumentTold, ExpectedDocument } from './rules.ts'

export type PlayedDocument = {
  readonly told: ExpectedDocument & { readonly replayed?: boolean }
  /** What must never be, whatever the row says: empty where all is well. */
  readonly broken: readonly string[]
}

type Stage = {
  readonly row: DocumentRow
  readonly gateway: LabGateway
  readonly frontier: Reader
  readonly nodes: readonly LabNode[]
  readonly must: (holds: boolean, what: string) => void
}

export async function playDocument(lab: Lab, row: DocumentRow): Promise<PlayedDocument> {
  const { does, privacy } = row
  const frontier = await startReader(does, row.expected.asked.plans)
  const nodes = await Promise.all(
    [1, 2, 3].map(() => startLabNode('answers', reads(does.node === 'finds nothing'))),
  )
  const broken: string[] = []
  const must = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what)
  }
  try {
    const faulty = does.who === 'one node' ? nodes.slice(0, 1) : nodes
    const isAway = (node: LabNode): boolean => does.node === 'is not there' && faulty.includes(node)
    for (const node of faulty) {
      if (does.node === 'is not there' || does.node === 'finds nothing') continue
      if (does.who === 'the fourth piece') node.does(does.node, isFourthPiece)
      else if (does.atSum) node.does(does.node, (body) => seenBy(body) === 'answer')
      else node.does(does.node)
    }
    const addresses = nodes.map((node) => ({
      url: isAway(node) ? nobodyAt(node.url) : node.url,
      key: node.key,
    }))
    const { key } = frontier
    const url = does.plan === 'is not there' ? nobodyAt(frontier.url) : frontier.url
    const gateway = lab.open({
      frontier: { url, key },
      node: addresses[0]!,
      strategy: 'map-reduce',
      difficulty: 0.5,
      providers: [frontierZone],
      limit: { ample: 100_000_000_000, spent: 1, 'for the plan': 3_700_000, 'soft, and spent': 1 }[
        does.budget
      ],
      soft: does.budget === 'soft, and spent',
      store: does.books,
      broken: does.broken,
      clock: 'steady',
      cached: false,
      silent: isSilent(does),
      // Pieces have two thirds of it, and a plan a half of that.
      ...(isSilent(does) ? { deadlines: { firstTokenMs: 1_500, idleMs: 1_500, totalMs: 6_000 } } : {}),
      policy: {
        mapReduce: { leastTokens: 1_000, chunkTokens: 400, overlapTokens: 40, rounds: 2 },
        outputTokens: 500,
        ...(does.policy === 'nearer when spent' ? { whenSpent: 'nearer' } : {}),
        ...(does.policy === 'refuses when local is down' ? { whenLocalDown: 'refuse' } : {}),
        ...(does.policy === 'refuses when the frontier is down' ? { whenFrontierDown: 'refuse' } : {}),
      },
      hybrid: {
        nodes: addresses,
        frontier: {
          url,
          key,
          zone: privacy.endsWith('on premises') ? 'premises' : `provider:${frontierZone}`,
        },
        supervises: null,
      },
    })
    const stage: Stage = { row, gateway, frontier, nodes, must }
    const told = await ask(stage)
    const repeats = does.caller === 'asks again with its key'
    if (repeats) must((await ask(stage)).status === told.status, 'The repeat was told something else.')
    const books = does.books === 'answers' || does.books === 'is slow'
    const observed = await whenSettled(gateway, { records: repeats ? 2 : 1, books })
    judge(stage, observed, { books, repeats })
    const saw = (what: string): number => frontier.requests.filter(({ json }) => seenBy(json) === what).length
    const closings = closingsOf(observed.calls, frontier.bills, must)
    return {
      told: {
        told,
        asked: { plans: saw('plan'), answers: saw('answer'), wholes: saw('whole'), ...workOf(stage) },
        closings,
      },
      broken,
    }
  } finally {
    await Promise.all([frontier.close(), ...nodes.map((node) => node.close())])
  }
}

/** What was asked of nodes that do their work. */
function workOf({ row: { does }, nodes }: Stage): Pick<ExpectedDocument['asked'], 'pieces' | 'sums'> {
  const isSound = (does.node === 'answers' ||
    does.node === 'forges headers' ||
    does.node === 'finds nothing') as boolean
  const own =
    isSound || does.who === 'the fourth piece' || does.atSum
      ? nodes
      : does.who === 'one node'
        ? nodes.slice(1)
        : []
  const bodies = own
    .flatMap(({ requests }) => requests.filter(({ method }) => method === 'POST'))
    .map(({ json }) => json)
  const failing = (body: unknown): boolean =>
    does.who === 'the fourth piece' && does.node !== 'refuses in words' && isFourthPiece(body)
  return {
    pieces: bodies.filter((body) => seenBy(body) === 'piece' && !failing(body)).length,
    sums: does.atSum ? 0 : bodies.filter((body) => seenBy(body) === 'answer').length,
  }
}

async function ask(stage: Stage): Promise<DocumentTold> {
  const { row, gateway, frontier, nodes, must } = stage
  const { does, privacy, stream } = row
  const leaving = new AbortController()
  const leaves = row.expected.told.ending === 'left'
  const hearsFirst = leaves && row.expected.told.status !== null
  if (leaves && !hearsFirst) {
    const { plans, answers } = row.expected.asked
    const reading = () => nodes.flatMap(({ requests }) => requests).length
    const seen = () => frontier.requests.length
    const isRead = does.caller === 'leaves while it is read'
    void whenAsked(isRead ? reading : seen, isRead ? 3 : plans + answers).then(() => leaving.abort())
  }
  const untold: DocumentTold = {
    status: null,
    code: null,
    retryAfterSeconds: null,
    tier: null,
    strategy: null,
    degraded: null,
    pieces: null,
    ending: 'complete',
  }
  let response: Response
  try {
    response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // What is sensitive is to be found out.
        ...(privacy === 'sensitive' ? {} : { 'x-nearside-privacy': privacy.split(',')[0]! }),
        ...(does.caller === 'asks again with its key'
          ? { 'idempotency-key': 'the-key-of-this-document' }
          : {}),
      },
      body: JSON.stringify({
        model: 'auto',
        stream,
        ...(stream ? { stream_options: { include_usage: true } } : {}),
        max_tokens: 300,
        messages: [
          { role: 'user', content: reportOf(canaryOf(row), signerOf(row)) },
          { role: 'user', content: task },
        ],
      }),
      signal: leaving.signal,
    })
  } catch (error) {
    if (!leaves) throw error
    return { ...untold, ending: 'left' }
  }
  const { body, ending } = await bodyOf(response, () => {
    if (hearsFirst) leaving.abort()
  })
  const said = (name: string): string | null => response.headers.get(`x-nearside-${name}`)
  must(
    !`${JSON.stringify([...response.headers])}${body}`.includes(forgedValue),
    'A node forged what is told.',
  )
  const { status } = response
  if (status !== 200) {
    const { error } = JSON.parse(body) as { error: { code: string } }
    const retryAfter = response.headers.get('retry-after')
    return {
      ...untold,
      status,
      code: error.code,
      retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
    }
  }
  const told: DocumentTold = {
    ...untold,
    status,
    tier: said('tier') as DocumentTold['tier'],
    strategy: said('strategy') as DocumentTold['strategy'],
    degraded: said('degraded'),
    pieces: said('pieces'),
    ending: leaves ? 'left' : ending,
  }
  if (leaves) return told
  const { message, pieces, cost } = stream ? heardStream(body, must) : heardWhole(body)
  const text = message.content ?? ''
  const whole = textFor(row, told)
  if (told.ending === 'complete') {
    must(text === whole, `The text is ${JSON.stringify(text)}.`)
    if (told.strategy === 'map-reduce' && pieces !== null)
      must(
        pieces.cited.map(({ id }) => id).join() === (whole.includes('[c5]') ? 'c5' : ''),
        'Another piece is cited.',
      )
    told.tier !== null && costs.set(stage, cost)
  } else {
    must(whole.startsWith(text), `The text is ${JSON.stringify(text)}.`)
    must(/^data: \{"error":/m.test(body), 'The cut is not told.')
  }
  return told
}

/** What the caller was told that it cost, of rows that were answered. */
const costs = new WeakMap<Stage, number | null>()

/** Only what was shown is cited. */
function textFor(row: DocumentRow, { tier, strategy }: DocumentTold): string {
  if (strategy === 'direct') return 'Read as a whole.'
  const found = row.does.node !== 'finds nothing'
  if (tier === 'local') return found ? nodeSum : nodeSum.replace(' [c5]', '')
  return found ? `${signerOf(row)} signed it [c5], in Turin.` : 'Nobody signed it, in Turin.'
}

async function bodyOf(
  response: Response,
  heard: () => void,
): Promise<{ readonly body: string; readonly ending: DocumentTold['ending'] }> {
  let body = ''
  try {
    const decoder = new TextDecoder()
    for await (const piece of response.body ?? []) {
      body += decoder.decode(piece, { stream: true })
      heard()
    }
    return { body, ending: 'complete' }
  } catch {
    return { body, ending: 'cut' }
  }
}

function canaryOf({ number }: DocumentRow): string {
  return `violet-otter-${number}-chapter`
}

function signerOf({ number, privacy }: DocumentRow): string {
  return privacy === 'sensitive' ? `ada.canary${number}@example.org` : 'Ada Lovelace'
}

export function isSilent({ plan, answer, node, books, caller }: DocumentFault): boolean {
  const silent = ['hangs', 'stalls mid-answer']
  return !caller.startsWith('leaves') && [plan, answer, node, books].some((does) => silent.includes(does))
}

function judge(
  stage: Stage,
  { balance, calls, records, stored }: LabObserved,
  { books, repeats }: { readonly books: boolean; readonly repeats: boolean },
): void {
  const { row, frontier, nodes, must } = stage
  // Where the text must not have been: nothing of a piece leaves but what was quoted, unless the document goes as a whole.
  const canary = canaryOf(row)
  const inParts = frontier.requests.filter(({ json }) => seenBy(json) !== 'whole').map(({ body }) => body)
  must(!inParts.some((body) => body.includes(canary)), 'The frontier saw what nobody asked about.')
  must(
    !inParts.some((body) => seenBy(JSON.parse(body)) === 'plan' && body.includes(signerOf(row))),
    'The plan shows the signer.',
  )
  const sent = frontier.requests.map(({ rawHeaders, body }) => `${rawHeaders.join()}${body}`).join()
  if (row.privacy === 'sensitive') must(!sent.includes(signerOf(row)), 'The frontier saw the address.')
  if (row.privacy === 'never-leave') must(frontier.requests.length === 0, 'The frontier was asked.')
  must(frontier.elsewhere.requests.length === 0, 'Another origin was asked.')
  must(!stored.includes(canary), 'A store was given the canary.')
  must(!JSON.stringify(records).includes(canary), 'A record holds the canary.')
  for (const { requests } of nodes) {
    const pieces = requests.filter(({ json }) => seenBy(json) === 'piece')
    must(
      pieces.every(({ body }) => body.split(canary).length === 2),
      'A node was given more than a piece.',
    )
  }

  // The money: books, records, the frontier's own bill and what the caller was told agree to the nano-dollar.
  const settled = calls.reduce((sum, { verb, amount }) => sum + (verb === 'settle' ? amount : 0), 0)
  const charged = records.reduce((sum, { charge }) => sum + (charge?.amount ?? 0), 0)
  must(charged === settled, `The records say ${charged}, and settled was ${settled}.`)
  if (books && balance !== null)
    must(
      balance.settled === settled && balance.reserved === 0 && balance.expired === 0,
      `The balance is ${JSON.stringify(balance)}, and settled was ${settled}.`,
    )
  must(records.length === (repeats ? 2 : 1), `${records.length} records were written.`)
  const cost = costs.get(stage)
  if (cost !== undefined && cost !== null && !repeats)
    must(Math.round(cost * 1e9) === settled, `The caller was told ${cost}, and settled was ${settled}.`)
}
