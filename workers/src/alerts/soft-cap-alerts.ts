/**
 * Tells the operator's webhook that a soft cap was passed, once in its window, or that near answers have become worse:
 * behind the answer, and never at its cost.
 *
 * This isolate remembers what it has said, and where isolates share a Redis the first of them all says it. A webhook that
 * fails is tried once more and then counted; the cap's next window is told anew.
 */
import {
  type Balance,
  formatUsd,
  hmacSha256,
  mayGo,
  type Privacy,
  type QualityStanding,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Counter } from '../metrics/registry.ts'
import type { Alerts } from '../options/resolve-alerts.ts'

export type SoftCapAlerts = {
  passed(call: Call, caps: readonly Balance[]): void
  /** The near answers of a kind of task have fallen below their level: told once a day for each. */
  drifted(drift: QualityDrift, waitUntil: Call['waitUntil']): void
}

export type QualityDrift = {
  readonly task: string
  readonly level: number
  readonly standing: QualityStanding
  /** Of the answer whose verdict showed it. */
  readonly privacy: Privacy
}

const timeoutMs = 5_000
const pauseMs = 500
/** A total never resets: told once in a month. */
const longestMs = 30 * 86_400_000
const dayMs = 86_400_000
const mostRemembered = 10_000
const encoder = new TextEncoder()

export function openSoftCapAlerts(
  { url, secret, zone, once }: Alerts,
  { send, now }: { readonly send: typeof fetch; readonly now: () => number },
  counted: Counter,
): SoftCapAlerts {
  const said = new Map<string, number>()

  /** Of this isolate. */
  function isNews(name: string, until: number): boolean {
    if ((said.get(name) ?? 0) > now()) return false
    if (said.size >= mostRemembered) said.clear()
    said.set(name, until)
    return true
  }

  async function tell(name: string, until: number, body: string): Promise<void> {
    try {
      if (once !== null && !(await once.first(name, Math.max(1_000, until - now())))) return
    } catch {
      // Said twice is better than not at all.
    }
    const delivered = (await deliver(body)) || (await wait().then(() => deliver(body)))
    counted.add({ outcome: delivered ? 'delivered' : 'failed' })
  }

  async function deliver(body: string): Promise<boolean> {
    try {
      const answer = await send(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...signature(body) },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      })
      await answer.body?.cancel()
      return answer.ok
    } catch {
      return false
    }
  }

  function signature(body: string): Record<string, string> {
    if (secret === null) return {}
    const mac = hmacSha256(encoder.encode(secret), encoder.encode(body))
    const hex = Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return { 'x-nearside-signature': `sha256=${hex}` }
  }

  return {
    drifted({ task, level, standing, privacy }, waitUntil) {
      const until = now() + dayMs
      const name = `quality:${task}`
      if (!mayGo(privacy, zone) || !isNews(name, until)) return
      const { verdicts, share, low, high } = standing
      const told = { type: 'quality-drifted', task, level, verdicts, share, low, high }
      waitUntil(tell(name, until, JSON.stringify({ ...told, at: new Date(now()).toISOString() })))
    },
    passed(call, caps) {
      // It says nothing of the text; still, what may not leave leaves no trace of itself elsewhere.
      if (!mayGo(call.wishes.privacy, zone)) return
      const { tenant } = call.account
      for (const cap of caps) {
        const until = cap.resetsAt ?? now() + longestMs
        const name = `${tenant}:${cap.scope}:${cap.window}:${cap.resetsAt ?? 'total'}:${cap.limit}`
        if (isNews(name, until)) call.waitUntil(tell(name, until, bodyOf(tenant, cap, now())))
      }
    },
  }
}

function bodyOf(tenant: string, cap: Balance, now: number): string {
  return JSON.stringify({
    type: 'soft-cap-passed',
    account: tenant,
    scope: cap.scope,
    window: cap.window,
    limit: formatUsd(cap.limit),
    settled: formatUsd(cap.settled),
    held: formatUsd(cap.reserved),
    at: new Date(now).toISOString(),
    resets_at: cap.resetsAt === null ? null : new Date(cap.resetsAt).toISOString(),
  })
}

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs))
}
