/**
 * Who chooses: the gateway's isolates, chance, and an oracle.
 *
 * `random` asks nodes in a random order and knows nothing of any. `oracle` is what no gateway can be: it sees every line and slot of
 * every node at this very moment, what is on its way there, and who admits; of those it takes the one where the first token is
 * expected soonest. It does not know how long answers will be, nor what will happen.
 */
import { mostKnocks, type Outcome } from '@nearside/core'
import { answerMsOf, firstTokenMsOf, meanSize } from './answer-times.ts'
import { openIsolate } from './isolate.ts'
import type { SimulatedNode } from './simulated-node.ts'

export type Chooser = {
  choose(isolate: number, now: number): readonly string[]
  /** Whether a node is passed over at its turn. */
  rests(isolate: number, node: string, now: number): boolean
  hear(isolate: number, node: string, outcome: Outcome, now: number): void
  looks(isolate: number, now: number): readonly string[]
  /** How many nodes are asked only whether a slot is free. */
  readonly knocks: number
  /** In which order nodes are asked when so many had none. */
  afterKnocks(isolate: number, now: number): readonly string[]
}

export type OpenChooser = (
  names: readonly string[],
  nodes: ReadonlyMap<string, SimulatedNode>,
  isolates: number,
  random: () => number,
) => Chooser

export const nearside: OpenChooser = (names, _nodes, isolates, random) => {
  const all = Array.from({ length: isolates }, () => openIsolate(names, random))
  return {
    choose: (isolate, now) => all[isolate]!.choose(now),
    rests: (isolate, node, now) => all[isolate]!.rests(node, now),
    hear: (isolate, node, outcome, now) => all[isolate]!.hear(node, outcome, now),
    looks: (isolate, now) => all[isolate]!.looks(now),
    knocks: mostKnocks,
    afterKnocks: (isolate, now) => all[isolate]!.chooseByWait(now),
  }
}

/** The same, where nodes do not know what a knock is: views alone. */
export const viewsAlone: OpenChooser = (...given) => ({ ...nearside(...given), knocks: 0 })

const knowsNothing = { rests: () => false, hear: () => {}, looks: () => [], knocks: 0, afterKnocks: () => [] }

export const random: OpenChooser = (names, _nodes, _isolates, draw) => ({
  ...knowsNothing,
  choose: () =>
    names
      .map((name) => ({ name, by: draw() }))
      .toSorted((a, b) => a.by - b.by)
      .map(({ name }) => name),
})

/** Chance that knocks: what knocking does without any view. */
export const knockingRandom: OpenChooser = (...given) => {
  const chance = random(...given)
  return { ...chance, knocks: mostKnocks, afterKnocks: chance.choose }
}

export const oracle: OpenChooser = (names, nodes) => ({
  ...knowsNothing,
  choose: () =>
    names
      .map((name) => {
        const node = nodes.get(name)!
        const closed = node.condition === 'serving' ? (node.isFull ? 1 : 0) : 2
        return {
          name,
          closed,
          waitMs: node.expectedWaitMs(answerMsOf(node.kind, meanSize)) + firstTokenMsOf(node.kind, meanSize),
        }
      })
      .toSorted((a, b) => a.closed - b.closed || a.waitMs - b.waitMs)
      .map(({ name }) => name),
})
