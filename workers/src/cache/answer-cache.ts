/**
 * Carries a request through the caches: what is kept answers it, or what it is answered is kept.
 *
 * The caches are asked after authentication and after the edge's own answerers, and before anything is decided or reserved, so
 * a hit costs nothing, under a spent cap as under any other. They may only ever save a call: a store that is slow, gone or
 * talking nonsense is a miss, is counted, and the request goes on. What is kept is read from what went to the caller, to its
 * end, behind the answer.
 */
import { NearsideError, type Privacy, requestHeaders, responseHeaders } from '@nearside/core'
import type {
  AskedThrough,
  CachedCall,
  CacheLayer,
  CacheTerms,
  CacheView,
  KeptEntry,
  OpenAnswerCache,
} from '../options/answer-cache.ts'
import { type Seen, watchedBody } from '../replay/watched-body.ts'
import { type FlightLimits, openFlights } from './flights.ts'
import { entryOf, isStream, isWorthKeeping } from './kept-entry.ts'
import { againRecord, toldAgain } from './told-again.ts'

type Ready = { readonly layer: CacheLayer; readonly view: CacheView }
type Land = (entry: KeptEntry | null) => void
type Status = 'miss' | 'bypass' | 'unavailable'

/** Text of a stream that is watched; a longer answer is not kept. */
const mostChars = 1_000_000

export function openAnswerCache(
  layers: readonly CacheLayer[],
  terms: CacheTerms,
  limits: FlightLimits,
): OpenAnswerCache {
  const { now, finishes, counted } = terms
  const flights = openFlights(limits, now)

  async function viewsOf(call: CachedCall, host: string): Promise<readonly Ready[]> {
    const seen = await Promise.all(
      layers.map(async (layer) => ({ layer, view: await layer.view(call, host) })),
    )
    return seen.filter((each): each is Ready => each.view !== null)
  }

  async function found(ready: readonly Ready[]): Promise<{ entry: KeptEntry; layer: CacheLayer } | null> {
    for (const { layer, view } of ready) {
      const entry = view.available ? await view.find() : null
      if (entry !== null && entry.endsAt > now()) return { entry, layer }
    }
    return null
  }

  function again({ call, tell }: AskedThrough, entry: KeptEntry, kind: CacheLayer['kind']): Response {
    const told = { call, entry, kind, now: now() }
    call.alarm.clear()
    tell(againRecord(told))
    return toldAgain(told)
  }

  function counting(status: string, response: Response, said: Status): Response {
    counted.add({ outcome: status })
    response.headers.set(responseHeaders.cache, said)
    return response
  }

  async function keep(ready: readonly Ready[], entry: KeptEntry, privacy: Privacy): Promise<void> {
    const takers = ready.filter(({ layer, view }) => view.available && layer.mayKeep(privacy))
    await Promise.all(
      takers.map(({ layer, view }) => view.keep({ ...entry, endsAt: entry.at + layer.keepMs })),
    )
  }

  /** Carries the request out and keeps what comes of it; `land` hears of it as soon as it is known. */
  async function carriedOut(
    { call, privacy }: AskedThrough,
    ready: readonly Ready[],
    serve: () => Promise<Response>,
    land: Land,
  ): Promise<Response> {
    const response = await serve()
    const { headers, body } = response
    const keepMs = Math.max(...ready.map(({ layer }) => layer.keepMs))
    const read = (text: string): KeptEntry | null => entryOf(call, headers, text, { now: now(), keepMs })
    if (!response.ok || body === null || !isWorthKeeping(headers)) return response
    if (isStream(headers)) {
      const watched = watchedBody(body, mostChars, finishes)
      const kept = async ({ complete, text }: Seen): Promise<void> => {
        const entry = complete && text !== null ? read(text) : null
        if (entry !== null) await keep(ready, entry, privacy())
      }
      call.waitUntil(watched.text.then(kept))
      return new Response(watched.body, response)
    }
    const text = await response.text()
    const entry = text.length > mostChars ? null : read(text)
    land(entry)
    if (entry !== null) call.waitUntil(keep(ready, entry, privacy()))
    return new Response(text, response)
  }

  async function looked(
    asked: AskedThrough,
    ready: readonly Ready[],
    serve: () => Promise<Response>,
    land: Land,
  ): Promise<Response> {
    const hit = await found(ready)
    if (hit !== null) {
      land(hit.entry)
      counted.add({ outcome: hit.layer.kind === 'exact' ? 'hit' : 'hit-alike' })
      return again(asked, hit.entry, hit.layer.kind)
    }
    const status = ready.some(({ view }) => view.available) ? 'miss' : 'unavailable'
    return counting(status, await carriedOut(asked, ready, serve, land), status)
  }

  return {
    async through(asked, serve) {
      const { call } = asked
      const ready = isOff(asked.header) ? [] : await viewsOf(call, hostOf(asked.url))
      if (ready.length === 0) return counting('bypass', await serve(), 'bypass')
      const key = call.request.stream ? null : (ready[0]?.view.flight ?? null)
      const boarding = key === null ? null : flights.board(key, call.clientGone)
      switch (boarding?.role) {
        case 'first':
          try {
            return await looked(asked, ready, serve, boarding.land)
          } finally {
            // Whatever became of it, nobody waits any longer.
            boarding.land(null)
          }
        case 'waits': {
          const entry = await boarding.landed()
          if (entry === null) break
          counted.add({ outcome: 'shared' })
          return again(asked, entry, 'exact')
        }
      }
      return looked(asked, ready, serve, () => {})
    },
    async purge(tenant) {
      await Promise.all(layers.map((layer) => layer.purge(tenant)))
    },
  }
}

function isOff(header: string | undefined): boolean {
  if (header === undefined) return false
  if (header.trim() === 'off') return true
  throw new NearsideError('bad-request', `The header ${requestHeaders.cache} is off, or is not there.`, {
    param: requestHeaders.cache,
  })
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}
