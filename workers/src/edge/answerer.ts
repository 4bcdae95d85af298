/**
 * What answers at the edge: a thing with one right answer, or nothing.
 *
 * An answerer looks at a request and either offers the whole answer or abstains. A wrong answer here is worse
 * than any cost, so an answerer abstains whenever the request could mean something else. It is synchronous and
 * pure, and takes time linear in the request: it runs before anything is decided, on every request.
 *
 * @example
 * const ping: EdgeAnswerer = {
 *   name: 'ping',
 *   offer(request) {
 *     if (plainQuestion(request) !== 'ping') return null
 *     return { answerer: 'ping', text: 'pong', confidence: 1 }
 *   },
 * }
 */
import type { ChatRequest } from '@nearside/core'

export type EdgeOffer = {
  readonly answerer: string
  readonly text: string
  /** From 0 to 1. */
  readonly confidence: number
}

/** Whose request it is, and when it came: milliseconds since the epoch. */
export type EdgeAsker = { readonly account: { readonly tenant: string }; readonly at: number }

export type EdgeAnswerer = {
  readonly name: string
  /** The whole answer, or null to abstain. */
  offer(request: ChatRequest, asker?: EdgeAsker): EdgeOffer | null
}

/** The first offer that the request has room for. An answerer that throws, or offers something else, has abstained. */
export function askEdge(
  request: ChatRequest,
  answerers: readonly EdgeAnswerer[],
  asker?: EdgeAsker,
): EdgeOffer | null {
  for (const answerer of answerers) {
    const offer = offerOf(answerer, request, asker)
    if (offer !== null) return offer
  }
  return null
}

function offerOf(
  answerer: EdgeAnswerer,
  request: ChatRequest,
  asker: EdgeAsker | undefined,
): EdgeOffer | null {
  try {
    const offer = checked(
      asker === undefined ? answerer.offer(request) : answerer.offer(request, asker),
      answerer.name,
    )
    return offer !== null && fits(offer.text, request) ? offer : null
  } catch {
    // A user's answerer is a shortcut: its fault must not cost the request the tiers behind it.
    return null
  }
}

/**
 * The offer, if it is one. What a host's code gives back is whatever it gives back, and is told to the caller as an
 * answer; each field is read once.
 */
function checked(given: unknown, name: string): EdgeOffer | null {
  if (given instanceof Promise) {
    // Nobody waits for it, so its failure is nobody's: it must not end the process.
    given.catch(() => {})
    return null
  }
  if (typeof given !== 'object' || given === null) return null
  const { answerer = name, text, confidence } = given as { readonly [field in keyof EdgeOffer]?: unknown }
  if (typeof answerer !== 'string' || typeof text !== 'string') return null
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) return null
  return { answerer, text, confidence }
}

/** A model would have stopped at the caller's stop sequences and its limit; a token is at least one character. */
function fits(text: string, request: ChatRequest): boolean {
  if (request.outputLimit !== null && text.length > request.outputLimit) return false
  return !request.sampling.stop.some((stop) => text.includes(stop))
}
