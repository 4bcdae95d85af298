/** Cross-entropy: how far the network is from the wanted tokens, and the slope of that over its logits. */
import { exponential } from './exact.ts'
import type { Numbers } from './matrix.ts'
import type { Pass } from './network.ts'

export type Loss = {
  /** Nats, added over the answer's tokens. For people: it feeds nothing that is trained. */
  readonly nats: number
  readonly tokens: number
  readonly logitsGradient: Numbers
}

/** `wanted` holds the token that each row of the pass should be followed by. */
export function lossOf(pass: Pass, wanted: Int32Array): Loss {
  const logitsGradient = pass.logits.slice()
  const vocabulary = logitsGradient.length / wanted.length
  let nats = 0
  for (let row = 0; row < wanted.length; row++) {
    const logits = logitsGradient.subarray(row * vocabulary, (row + 1) * vocabulary)
    let highest = Number.NEGATIVE_INFINITY
    for (let token = 0; token < vocabulary; token++) if (logits[token]! > highest) highest = logits[token]!
    let total = 0
    for (let token = 0; token < vocabulary; token++) {
      const weight = exponential(logits[token]! - highest)
      logits[token] = weight
      total += weight
    }
    for (let token = 0; token < vocabulary; token++) logits[token] = logits[token]! / total
    nats -= Math.log(logits[wanted[row]!]!)
    logits[wanted[row]!] = logits[wanted[row]!]! - 1
  }
  return { nats, tokens: wanted.length, logitsGradient }
}
