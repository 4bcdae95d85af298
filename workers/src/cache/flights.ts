/**
 * Requests of one isolate that ask the same at the same time: the first asks, the others wait for what it hears.
 *
 * What is shared is a plain value. A stream or a response belongs to the request that opened it; and whoever waits has a timer
 * of its own, because in Workers the first request may be put away without a word. Whoever has waited in vain asks by itself:
 * the failure or the leaving of one is no failure of another.
 */
import type { KeptEntry } from '../options/answer-cache.ts'

export type Boarding =
  | { readonly role: 'first'; readonly land: (entry: KeptEntry | null) => void }
  | { readonly role: 'waits'; readonly landed: () => Promise<KeptEntry | null> }
  | { readonly role: 'alone' }

export type Flights = { board(key: string, clientGone: AbortSignal): Boarding }

export type FlightLimits = {
  readonly mostWaiting: number
  readonly waitMs: number
}

type Flight = {
  readonly since: number
  readonly landing: Promise<KeptEntry | null>
  waiting: number
}

const mostFlights = 1_000

export function openFlights({ mostWaiting, waitMs }: FlightLimits, now: () => number): Flights {
  const flights = new Map<string, Flight>()

  function lead(key: string, clientGone: AbortSignal): Boarding {
    let landed: (entry: KeptEntry | null) => void = () => {}
    const landing = new Promise<KeptEntry | null>((resolve) => {
      landed = resolve
    })
    const flight: Flight = { since: now(), landing, waiting: 0 }
    flights.set(key, flight)
    const land = (entry: KeptEntry | null): void => {
      if (flights.get(key) === flight) flights.delete(key)
      landed(entry)
    }
    clientGone.addEventListener('abort', () => land(null), { once: true })
    return { role: 'first', land }
  }

  return {
    board(key, clientGone) {
      const flight = flights.get(key)
      // One that is older than anybody waits has been forgotten by its request.
      if (flight === undefined || now() - flight.since >= waitMs) {
        return flight === undefined && flights.size >= mostFlights ? { role: 'alone' } : lead(key, clientGone)
      }
      if (flight.waiting >= mostWaiting) return { role: 'alone' }
      flight.waiting += 1
      const leftMs = waitMs - (now() - flight.since)
      return { role: 'waits', landed: () => waited(flight, leftMs, clientGone) }
    },
  }
}

async function waited(flight: Flight, leftMs: number, clientGone: AbortSignal): Promise<KeptEntry | null> {
  let giveUp: () => void = () => {}
  const inVain = new Promise<null>((resolve) => {
    giveUp = () => resolve(null)
  })
  const timer = setTimeout(giveUp, leftMs)
  clientGone.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([flight.landing, inVain])
  } finally {
    flight.waiting -= 1
    clearTimeout(timer)
    clientGone.removeEventListener('abort', giveUp)
  }
}
