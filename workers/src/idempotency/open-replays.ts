/**
 * One upstream call for each `idempotency-key`, however often and wherever it is sent.
 *
 * The first request with a key claims it; others wait a little, and are then told to come back. An answer that reached its
 * end is kept, sealed, and given to every repeat, uncharged. Whatever else comes of the first request frees the key, so
 * that a repeat is a new try. A store that does not answer refuses before anything goes upstream: who sends a key relies on
 * it, and asking twice behind his back is what he wanted to rule out.
 *
 * While the secret is changed, what stands under the one before is looked up first: a repeat whose first request was
 * answered under it must not go upstream again. It is read and never claimed.
 */
import { faultOf, mayGo, NearsideError, responseHeaders as names } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Counter } from '../metrics/registry.ts'
import type { Idempotency } from '../options/resolve-idempotency.ts'
import type { Beginning, Claim } from '../replay/replay-store.ts'
import type { Seal } from '../replay/seal.ts'
import { openSeals } from '../replay/seals.ts'
import { type Seen, watchedBody } from '../replay/watched-body.ts'
import { isComplete, type KeptAnswer, keptFrom, readKept } from './kept-answer.ts'

export type Replay = { readonly response: Response; readonly replayOf: string | null }

export type Replays = {
  /** Carries a call out, or gives what it was answered before. */
  once(call: Call, key: string, serve: () => Promise<Response>): Promise<Replay>
}

/** What a key is called under one secret. */
type Named = { readonly claim: Claim; readonly seal: Seal }

type Begun = { readonly beginning: Beginning; readonly by: Named }

/** Text that a repeat may get; more is not worth a store's room. */
const mostChars = 1_000_000
const firstPauseMs = 50
const longestPauseMs = 500
/** Longer than any request lasts, and than settling it takes. */
const leaseBeyondMs = 60_000

export function openReplays(
  { store, zone, secret, previousSecret, keepMs, waitMs }: Idempotency,
  {
    leaseMs,
    finishes,
    now,
  }: { readonly leaseMs: number; readonly finishes: boolean; readonly now: () => number },
  counted: Counter,
): Replays {
  const sealOf = openSeals(secret)
  const previousSealOf = previousSecret === undefined ? null : openSeals(previousSecret)

  async function named(call: Call, key: string, sealBy: typeof sealOf): Promise<Named> {
    const { tenant } = call.account
    const seal = await sealBy(tenant)
    const digest = await seal.digest(meaningOf(call))
    return { seal, claim: { tenant, name: await seal.name(key), digest, owner: call.id } }
  }

  async function begin(call: Call, own: Named, previous: Named | null): Promise<Begun> {
    const endsAt = now() + waitMs
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const begun = await claimed(call, own, previous)
      if (begun.beginning.outcome !== 'in-flight' || now() + pauseMs > endsAt || call.clientGone.aborted)
        return begun
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }

  /** A claim whose answer was lost may stand all the same, so it is made once more, and taken back where nobody knows. */
  async function claimed(call: Call, own: Named, previous: Named | null): Promise<Begun> {
    const lease = leaseMs + leaseBeyondMs
    const { claim } = own
    try {
      const standing = previous === null ? null : await store.read(previous.claim)
      if (previous !== null && standing !== null && standing.outcome !== 'free')
        return { beginning: standing, by: previous }
      return { beginning: await store.begin(claim, lease).catch(() => store.begin(claim, lease)), by: own }
    } catch (error) {
      call.waitUntil(store.giveUp(claim).catch(() => {}))
      counted.add({ outcome: 'store-failed' })
      throw faultOf(error)
    }
  }

  async function keep(claim: Claim, seal: Seal, headers: Headers, seen: Seen): Promise<void> {
    const contentType = headers.get('content-type') ?? ''
    try {
      if (!seen.complete || (seen.text !== null && !isComplete(contentType, seen.text))) {
        await store.giveUp(claim)
        return
      }
      const kept = seen.text === null ? null : JSON.stringify(keptFrom(headers, seen.text))
      const sealed = kept === null ? null : await seal.close(claim.name, kept)
      await store.keep(claim, sealed, keepMs).catch(() => store.keep(claim, sealed, keepMs))
    } catch {
      // The claim lapses by itself; until then a repeat is told to come back.
      counted.add({ outcome: 'not-kept' })
    }
  }

  async function carriedOut(
    call: Call,
    claim: Claim,
    seal: Seal,
    serve: () => Promise<Response>,
  ): Promise<Response> {
    let response: Response
    try {
      response = await serve()
    } catch (error) {
      call.waitUntil(store.giveUp(claim).catch(() => {}))
      throw error
    }
    if (response.body === null) return response
    const { body, text } = watchedBody(response.body, mostChars, finishes)
    call.waitUntil(text.then((seen) => keep(claim, seal, response.headers, seen)))
    return new Response(body, response)
  }

  return {
    async once(call, key, serve) {
      if (!mayGo(call.wishes.privacy, zone)) {
        throw new NearsideError(
          'privacy-refused',
          `This request is marked ${call.wishes.privacy.level}, and an answer may not be kept in ${zone}: send it without idempotency-key. Nothing was sent.`,
        )
      }
      const own = await named(call, key, sealOf)
      const previous = previousSealOf === null ? null : await named(call, key, previousSealOf)
      const { beginning, by } = await begin(call, own, previous)
      const { claim, seal } = by
      counted.add({ outcome: beginning.outcome })
      switch (beginning.outcome) {
        case 'claimed':
          return { response: await carriedOut(call, claim, seal, serve), replayOf: null }
        case 'in-flight':
          throw new NearsideError(
            'key-in-flight',
            'A request with this idempotency-key is under way; ask again soon.',
            {
              retryAfterMs: 1_000,
            },
          )
        case 'other-body':
          throw new NearsideError(
            'key-reused',
            'This idempotency-key was used for another request; use a new one.',
          )
        case 'kept': {
          if (beginning.answer === null) {
            throw new NearsideError(
              'key-reused',
              'This idempotency-key was answered, at a length that is not kept; use a new key to ask again.',
            )
          }
          const kept = readKept(await seal.open(claim.name, beginning.answer))
          return { response: replayed(kept, call.id), replayOf: kept.headers[names.decision] ?? '' }
        }
      }
    },
  }
}

/** All that an answer depends on. Two texts of one JSON value mean the same. */
function meaningOf({ request, wishes }: Call): string {
  const { ask, privacy, latencyMs, quality, strategy } = wishes
  // No chat is without a message, but a body may be a chat and texts for embeddings at once.
  const embeds = request.messages.length === 0 ? ['embeddings'] : []
  return JSON.stringify([request.body, ask, privacy.level, latencyMs, quality, strategy, ...embeds])
}

function replayed({ contentType, headers, text }: KeptAnswer, id: string): Response {
  return new Response(text, {
    headers: {
      'content-type': contentType,
      ...headers,
      [names.requestId]: id,
      [names.replayed]: 'true',
      [names.cost]: '0.00',
    },
  })
}
