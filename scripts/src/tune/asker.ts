/**
 * Asks a tier one request, once: what was asked before is remembered, and what is asked sets its worst cost aside first.
 *
 * A limit that is reached and a signal to stop are outcomes; a tier that fails again and again is a fault, since the operator will
 * want to know rather than have figures of what was left.
 */
import { createHash } from 'node:crypto'
import {
  answerChecker,
  attachedTokens,
  type ChatRequest,
  costOf,
  NearsideError,
  promptTokens,
  readAnswer,
  readNodeReport,
  upperBound,
} from '@nearside/core'
import type { Journal, KeptAnswer } from './journal.ts'
import type { Tier } from './tiers.ts'

export type Asker = {
  /** Null where the limit or the signal ends it; `failed` where this one could not be answered. */
  ask(tier: Tier, request: ChatRequest, sample: 0 | 1): Promise<KeptAnswer | 'failed' | null>
  limitReached(): boolean
  calls(): number
  remembered(): number
  /** Of the share of the limit that may be used until it is changed. */
  allow(nanoUsd: number): void
}

export type AskerTerms = {
  readonly journal: Journal
  readonly outputTokens: number
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
  readonly now: () => number
}

const timeoutMs = 300_000
const mostInARow = 5
/** That of the gateway's second sample (`consistency.temperature`). */
const secondTemperature = 0.7

export function openAsker({ journal, outputTokens, signal, fetch: send, now }: AskerTerms): Asker {
  let allowed = 0
  let reached = false
  let calls = 0
  let broken = false
  const inARow = { local: 0, frontier: 0 }
  const found = new Set<string>()
  const underWay = new Map<string, Promise<KeptAnswer | 'failed' | null>>()

  async function asked(
    tier: Tier,
    request: ChatRequest,
    body: string,
    key: string,
  ): ReturnType<Asker['ask']> {
    const worst = upperBound({
      price: tier.price,
      promptTokens: promptTokens(request) + attachedTokens(request),
      outputLimit: outputTokens,
      answers: 1,
    })
    if (signal.aborted || broken) return null
    const { granted, hold } = journal.hold(worst, allowed)
    if (!granted) {
      reached = true
      return null
    }
    const begun = now()
    calls++
    let response: Response
    try {
      response = await send(tier.url, {
        method: 'POST',
        redirect: 'manual',
        headers: tier.headers,
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
    } catch (cause) {
      // A call that was stopped may have been read and billed: it stays set aside.
      if (signal.aborted) return null
      if (neverSent(cause)) journal.release(hold)
      return failed(tier, 'could not be reached', cause)
    }
    const text = await response.text().catch(() => '')
    if (signal.aborted && text === '') return null
    if (!response.ok) {
      // A refusal is not billed; what a server made of an error of its own, nobody knows.
      if (response.status >= 300 && response.status < 500) journal.release(hold)
      return failed(tier, `answered with status ${response.status}`, null)
    }
    let answer: ReturnType<typeof readAnswer>
    try {
      answer = readAnswer(text)
    } catch (cause) {
      return failed(tier, 'sent something that is not an answer', cause)
    }
    inARow[tier.name] = 0
    const { confidence, joules } = readNodeReport(text)
    const check = answerChecker(request, null, null).whole({
      choices: answer.choices,
      usage: answer.usage,
      toldConfidence: confidence,
    })
    const kept: KeptAnswer = {
      text: answer.choices[0]?.text ?? '',
      // Whoever tells no usage may have used all that was set aside.
      nanoUsd: answer.usage === null ? worst : costOf(tier.price, answer.usage),
      joules,
      latencyMs: Math.round(now() - begun),
      confidence: check.confidence,
    }
    journal.settle(hold, key, kept)
    found.add(key)
    return kept
  }

  function failed(tier: Tier, what: string, cause: unknown): 'failed' {
    inARow[tier.name]++
    if (inARow[tier.name] < mostInARow) return 'failed'
    // Whoever else is asking at this moment ends as well.
    broken = true
    throw new NearsideError('tier-failed', `The ${tier.name} tier ${what}, ${mostInARow} times in a row.`, {
      cause,
    })
  }

  let remembered = 0
  return {
    async ask(tier, request, sample) {
      const body = bodyOf(tier, request, sample, outputTokens)
      const key = createHash('sha256').update(`${tier.url}\n${sample}\n${body}`).digest('hex')
      const before = journal.find(key)
      if (before !== null) {
        if (!found.has(key)) remembered++
        found.add(key)
        return before
      }
      const running = underWay.get(key) ?? asked(tier, request, body, key).finally(() => underWay.delete(key))
      underWay.set(key, running)
      return running
    },
    limitReached: () => reached,
    calls: () => calls,
    remembered: () => remembered,
    allow(nanoUsd) {
      allowed = nanoUsd
    },
  }
}

function neverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  return /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code)
}

function bodyOf(tier: Tier, request: ChatRequest, sample: 0 | 1, outputTokens: number): string {
  return JSON.stringify({
    ...request.body,
    model: tier.model,
    // The field that the gateway limits each with, unless it is told otherwise.
    [tier.name === 'local' ? 'max_tokens' : 'max_completion_tokens']: outputTokens,
    ...(sample === 0 ? {} : { temperature: secondTemperature, seed: sample }),
    ...(tier.name === 'local' && sample === 0 ? { logprobs: true } : {}),
  })
}
