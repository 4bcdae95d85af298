/** A whole answer whose pieces stop coming: on Node, where a fetch is aborted, and as in Workers, where none is. */
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { openAlarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'
import { nearside } from '../middleware.ts'
import { readBounded } from '../tiers/read-bounded.ts'
import { wholeInTime } from './whole-answer.ts'

const message = { role: 'assistant', content: 'hi' }
const answer = JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] })
const half = answer.slice(0, 40)
const rest = answer.slice(40)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Pieces in turn, a number being a pause in milliseconds; `null` at the end leaves the body open. */
function body(pieces: readonly (string | number | null)[], cancelled: () => void = () => {}) {
  const left = [...pieces]
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const piece = left.shift()
        if (piece === null) return new Promise(() => {})
        if (typeof piece === 'number') await pause(piece)
        else if (piece === undefined) return controller.close()
        else return controller.enqueue(new TextEncoder().encode(piece))
      }
    },
    cancel: cancelled,
  })
}

const sent = (pieces: readonly (string | number | null)[], headers: Record<string, string> = {}) =>
  new Response(body(pieces), { headers: { 'content-type': 'application/json', ...headers } })

const usual = { idleMs: 1_000, totalMs: 30_000 }

/** The gateway's own way on Node: by an abort signal. */
async function asked(response: Response, deadlines = usual) {
  const app = new Hono().use(
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      local: { url: 'http://node.example/v1', models: ['small'] },
      deadlines,
      fetch: async (_, init) => {
        const { signal } = init as RequestInit
        const aborted = new Promise<never>((_, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
        )
        aborted.catch(() => {})
        const reader = response.body!.getReader()
        // As a platform's fetch: the body breaks where the call is aborted.
        const carried = new ReadableStream<Uint8Array>({
          async pull(controller) {
            const { done, value } = await Promise.race([reader.read(), aborted])
            if (done) controller.close()
            else controller.enqueue(value)
          },
        })
        return new Response(carried, { headers: response.headers })
      },
    }),
  )
  const told = await app.request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'Say hi.' }] }),
  })
  const { error } = (await told.json()) as { error?: { message: string } }
  return [told.status, error?.message ?? '']
}

/** As in Workers: nobody aborts, and the alarm tells. */
async function inWorkers(
  pieces: readonly (string | number | null)[],
  deadlines = usual,
  cancelled?: () => void,
) {
  const call = { alarm: openAlarm(Date.now), clientGone: new AbortController().signal } as Call
  const terms = { endsAt: Date.now() + deadlines.totalMs, idleMs: deadlines.idleMs, now: Date.now }
  try {
    return await wholeInTime(call, terms, (heard) =>
      readBounded(new Response(body(pieces, cancelled)), 1_000_000, heard),
    )
  } finally {
    call.alarm.clear()
  }
}

const idle = 'The upstream did not answer within the idle deadline.'
const total = 'The upstream did not answer within the total deadline.'

it('ends an answer whose pieces stop coming at the idle deadline, long before the total one', async () => {
  const deadlines = { ...usual, idleMs: 100 }
  expect(await asked(sent([half, null]), deadlines)).toEqual([504, idle])
  let cancelled = 0
  await expect(inWorkers([half, null], deadlines, () => void cancelled++)).rejects.toMatchObject({
    code: 'timed-out',
    maybeBilled: true,
    message: idle,
  })
  // A body that nobody reads would hold a connection.
  expect(cancelled).toBe(1)
})

it.each([
  ['is long in coming', [1_300, answer]],
  ['comes in pieces that are not far apart', [half, ...[...rest].flatMap((sign) => [20, sign])]],
  ['begins with blank lines, and long pauses between them', ['\n', 1_300, answer]],
])('waits for an answer that %s', async (_, pieces) => {
  expect(await asked(sent(pieces))).toEqual([200, ''])
  expect((await inWorkers(pieces)).trim()).toBe(answer)
})

it('ends an answer of which nothing comes but its headers at the total deadline: it may be at work', async () => {
  const deadlines = { idleMs: 50, totalMs: 500 }
  expect(await asked(sent([null]), deadlines)).toEqual([504, total])
  await expect(inWorkers(['\n', null], deadlines)).rejects.toMatchObject({ message: total })
})
