/**
 * Twenty nodes of unequal speed behind ten isolates, for twelve minutes, with what goes wrong in such a time.
 *
 * Requests come at random to isolates that have unequal shares of them. Answers are whole, so that a node which dies may
 * take nobody's answer with it: a gateway that has sent nothing yet asks the next. All randomness is the seed's; choosers
 * that are compared see the same nodes, the same requests at the same times and the same misfortunes.
 */
import { seededRandom } from '../../train/random.ts'
import { answerMsOf, firstTokenMsOf, meanSize, type NodeKind } from './answer-times.ts'
import type { OpenChooser } from './choosers.ts'
import { openEventQueue } from './event-queue.ts'
import { SimulatedNode } from './simulated-node.ts'

export type Setting = {
  readonly nodes: number
  readonly isolates: number
  /** The share of what the nodes together can do. */
  readonly load: number
  readonly seed: number
}

export type Run = {
  /** From a request's coming to the gateway until a slot works on the answer that it gets. */
  readonly waitsMs: readonly number[]
  /** Until that answer's first token: the reading of the prompt comes to the wait. */
  readonly firstTokensMs: readonly number[]
  /** The waits of those alone under whom no node died. */
  readonly unbrokenWaitsMs: readonly number[]
  /** Until that answer is whole. */
  readonly wholeMs: readonly number[]
  readonly requests: number
  /** Requests that got no answer. */
  readonly lost: number
  /** Times that a node was asked, for each request. */
  readonly attempts: number
  /** Looks at nodes a second and isolate. */
  readonly looks: number
}

const warmUpMs = 60_000
const lastsMs = 720_000
/** One way between a gateway and a node. */
const wayMs = 10

export function simulate({ nodes: nodeCount, isolates, load, seed }: Setting, open: OpenChooser): Run {
  const random = seededRandom(seed * 7_919 + 1)
  const events = openEventQueue()
  const nodes = new Map<string, SimulatedNode>()
  for (let i = 0; i < nodeCount; i++) nodes.set(`node-${i + 1}`, new SimulatedNode(drawKind(random), events))
  const chooser = open([...nodes.keys()], nodes, isolates, seededRandom(seed * 104_729 + 2))

  const waitsMs: number[] = []
  const wholeMs: number[] = []
  const firstTokensMs: number[] = []
  const unbrokenWaitsMs: number[] = []
  let requests = 0
  let lost = 0
  let asked = 0
  let looks = 0

  function look(isolate: number, now: number): void {
    for (const name of chooser.looks(isolate, now)) {
      looks++
      const node = nodes.get(name)!
      events.at(now + wayMs, (there) => {
        const admits = node.condition === 'serving'
        const report = { load: node.load(), version: null, contextTokens: null, admits }
        const outcome =
          node.condition === 'dead'
            ? ({ type: 'probe-failed' } as const)
            : ({ type: 'probe-answered', report } as const)
        events.at(there + wayMs, (back) => chooser.hear(isolate, name, outcome, back))
      })
    }
  }

  function ask(isolate: number, now: number): void {
    const counts = now >= warmUpMs
    if (counts) requests++
    const work = {
      outputTokens: Math.max(1, Math.min(2_000, drawLogNormal(meanSize.outputTokens, 0.8, random))),
      promptTokens: Math.max(1, Math.min(4_000, drawLogNormal(meanSize.promptTokens, 0.8, random))),
    }
    let order = chooser.choose(isolate, now)
    let next = 0
    let broken = false
    let knocks = Math.min(chooser.knocks, order.length - 1)
    attempt(now)

    function attempt(at: number): void {
      while (next < order.length && chooser.rests(isolate, order[next]!, at)) next++
      const name = order[next++]
      if (name === undefined) {
        if (counts) lost++
        look(isolate, at)
        return
      }
      if (counts) asked++
      const knock = knocks > 0
      const node = nodes.get(name)!
      chooser.hear(isolate, name, { type: 'call-begun' }, at)
      node.onTheWay++
      events.at(at + wayMs, (there) => arrive(name, node, at, there, knock))
    }

    function arrive(name: string, node: SimulatedNode, askedAt: number, there: number, knock: boolean): void {
      node.onTheWay--
      const failing = (then: number): void =>
        events.at(then + wayMs, (back) => {
          chooser.hear(isolate, name, { type: 'call-failed' }, back)
          attempt(back)
        })
      let begunAt = 0
      const admission = node.take(
        {
          ...work,
          begun: (then) => {
            begunAt = then
          },
          done(then) {
            const load = node.load()
            events.at(then + wayMs, (back) => {
              chooser.hear(isolate, name, { type: 'load-told', load }, back)
              chooser.hear(isolate, name, { type: 'answer-begun', firstTokenMs: null }, back)
              const { outputTokens } = work
              chooser.hear(isolate, name, { type: 'answer-complete', askedAt, outputTokens }, back)
              if (counts) {
                waitsMs.push(begunAt - now)
                if (!broken) unbrokenWaitsMs.push(begunAt - now)
                firstTokensMs.push(begunAt - now + firstTokenMsOf(node.kind, work))
                wholeMs.push(back - now)
              }
              look(isolate, back)
            })
          },
          broken(then) {
            broken = true
            failing(then)
          },
        },
        there,
        knock,
      )
      if (admission === 'taken') return
      if (admission === 'dead') {
        failing(there)
        return
      }
      const load = node.load()
      const because = { 'no-slot': 'hurry', 'queue-full': 'full', 'not-now': 'not-now' } as const
      events.at(there + wayMs, (back) => {
        const outcome = {
          type: 'call-turned-away',
          because: because[admission],
          retryAfterMs: 2_000,
        } as const
        chooser.hear(isolate, name, { type: 'load-told', load }, back)
        chooser.hear(isolate, name, outcome, back)
        if (admission === 'no-slot' && --knocks === 0) {
          order = chooser.afterKnocks(isolate, back)
          next = 0
        }
        attempt(back)
      })
    }
  }

  const capacity = [...nodes.values()].reduce((sum, { kind }) => sum + requestsPerMs(kind), 0)
  planArrivals(capacity * load, isolates, random, (isolate, at) => events.at(at, (now) => ask(isolate, now)))
  planMisfortunes([...nodes.values()], random, (at, happen) => events.at(at, happen))
  events.run()
  return {
    waitsMs,
    firstTokensMs,
    unbrokenWaitsMs,
    wholeMs,
    requests,
    lost,
    attempts: asked / requests,
    looks: (looks * 1_000) / lastsMs / isolates,
  }
}

function requestsPerMs(kind: NodeKind): number {
  return kind.slots / answerMsOf(kind, meanSize)
}

/** From a small computer to a card: a factor of eight in speed, of four in slots. */
function drawKind(random: () => number): NodeKind {
  const slots = [1, 2, 2, 4][Math.floor(random() * 4)]!
  return { slots, tokensPerSecond: 8 * 8 ** random() }
}

function planArrivals(
  perMs: number,
  isolates: number,
  random: () => number,
  plan: (isolate: number, at: number) => void,
): void {
  // The busiest isolate has ten times as many as the least busy one.
  const shares = Array.from({ length: isolates }, (_, i) => 1 + (9 * i) / Math.max(1, isolates - 1))
  const all = shares.reduce((a, b) => a + b, 0)
  for (let at = drawExponential(1 / perMs, random); at < lastsMs; at += drawExponential(1 / perMs, random)) {
    let left = random() * all
    let isolate = 0
    while (isolate < isolates - 1 && left >= shares[isolate]!) left -= shares[isolate++]!
    plan(isolate, at)
  }
}

/**
 * One node after another, some at the same time: three are killed and come back after 20 to 60 s, one is drained and started
 * anew, and two are squeezed for memory at once for half a minute.
 */
function planMisfortunes(
  nodes: readonly SimulatedNode[],
  random: () => number,
  plan: (at: number, happen: (now: number) => void) => void,
): void {
  const order = nodes.map((node) => ({ node, by: random() })).toSorted((a, b) => a.by - b.by)
  const [first, second, third, drained, ...rest] = order.map(({ node }) => node)
  const squeezed = rest.slice(0, 2)
  const back = (node: SimulatedNode) => () => {
    node.condition = 'serving'
  }
  for (const [i, node] of [first, second, third].entries()) {
    if (node === undefined) continue
    const at = 100_000 + i * 150_000 + random() * 60_000
    plan(at, (now) => node.kill(now))
    plan(at + 20_000 + random() * 40_000, back(node))
  }
  if (drained !== undefined) {
    const at = 200_000 + random() * 60_000
    plan(at, () => {
      drained.condition = 'draining'
    })
    plan(at + 30_000, (now) => drained.kill(now))
    plan(at + 45_000, back(drained))
  }
  const at = 540_000 + random() * 60_000
  for (const node of squeezed) {
    plan(at, () => {
      node.condition = 'squeezed'
    })
    plan(at + 30_000, back(node))
  }
}

function drawExponential(mean: number, random: () => number): number {
  return -Math.log(1 - random()) * mean
}

function drawLogNormal(mean: number, sigma: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.round(mean * Math.exp(sigma * normal - (sigma * sigma) / 2))
}
