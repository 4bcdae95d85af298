/**
 * Refuses a grammar of too many alternatives before the answer begins. The machine counts its readings as it goes, and would
 * otherwise find out in the middle of a stream.
 *
 * Two looks, neither of which refuses what could be followed. What opens at one place of the grammar is counted for every place
 * that there is. What adds up because alternatives begin alike is looked for by following the broadest states, as far as a bound on
 * the work allows; beyond that, in grammars made to be hard, the machine's own count still ends the answer.
 */
import type { Machine, State } from './machine.ts'
import { machineOf, mostReadingsAtOnce, tooBroad } from './machine.ts'
import type { Piece, Rule, Sequence } from './rule.ts'

/** Rules that are looked at: each character of a text of bounded length is one. */
const mostRules = 10_000

/** Of rules within rules, before any byte: what is deeper is taken to need one. */
const deepest = 500

/** Where fewer alternatives open, and in a state of fewer readings, there is too little to add up. */
const fewAlternatives = 24
const fewReadings = 8

/** Readings tried with a byte, in all: it is done where everybody is answered. */
const mostTrials = 100_000

/** `param` is the field of the request that is told to be at fault. */
export function refuseTooBroad(root: Rule, param: string): void {
  let trials = 0
  for (const place of broadPlaces(root, param)) {
    if (trials > mostTrials) return
    trials += followBroadest(machineOf(place, param), mostTrials - trials)
  }
}

/** Where many alternatives open; too many are refused. */
function broadPlaces(root: Rule, param: string): readonly Rule[] {
  const canBeEmpty = emptiness()
  const known = new Set<Rule>([root])
  const places: Rule[] = [root]
  const broad: Rule[] = []

  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const opened = new Set<Rule>([place])
    const open = [place]
    let readings = 0
    for (let rule = open.pop(); rule !== undefined; rule = open.pop()) {
      for (const alternative of rule.alternatives()) {
        if (++readings > mostReadingsAtOnce) throw tooBroad(param)
        const atFirst = firstOf(alternative, canBeEmpty)
        for (const [at, symbol] of alternative.entries()) {
          if (symbol.kind === 'bytes') continue
          if (at < atFirst) {
            if (!opened.has(symbol)) open.push(symbol)
            opened.add(symbol)
          } else if (!known.has(symbol)) places.push(symbol)
          // What opens here opens with no more elsewhere.
          known.add(symbol)
        }
      }
    }
    if (readings >= fewAlternatives) broad.push(place)
    if (known.size > mostRules) break
  }
  return broad
}

/** How many of a sequence's symbols the next byte may belong to. */
function firstOf(sequence: Sequence, canBeEmpty: (symbol: Piece) => boolean): number {
  const at = sequence.findIndex((symbol) => !canBeEmpty(symbol))
  return at === -1 ? sequence.length : at + 1
}

function emptiness(): (symbol: Piece) => boolean {
  const known = new Map<Rule, boolean>()
  let depth = 0
  return function canBeEmpty(symbol) {
    if (symbol.kind === 'bytes' || depth > deepest) return false
    const found = known.get(symbol)
    if (found !== undefined) return found
    // A rule that comes back to itself before any byte adds no way to be empty.
    known.set(symbol, false)
    depth++
    const made = symbol.alternatives().some((alternative) => alternative.every(canBeEmpty))
    depth--
    known.set(symbol, made)
    return made
  }
}

/** How many trials it took. */
function followBroadest(machine: Machine, most: number): number {
  const seen = new Set<State>([machine.start])
  const open: State[] = [machine.start]
  let trials = 0
  while (trials < most) {
    const [state] = open.splice(broadestOf(open), 1)
    if (state === undefined) break
    trials += state.stacks.length * 256
    for (let byte = 0; byte < 256; byte++) {
      const next = machine.step(state, byte)
      if (next === null || seen.has(next)) continue
      seen.add(next)
      if (next.stacks.length >= fewReadings) open.push(next)
    }
  }
  return trials
}

function broadestOf(states: readonly State[]): number {
  let best = 0
  for (const [at, { stacks }] of states.entries()) if (stacks.length > states[best]!.stacks.length) best = at
  return best
}
