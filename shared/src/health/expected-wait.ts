/**
 * How long a call is expected to wait for its first token at each node of a fleet, from what one isolate has heard.
 *
 * A node's picture is its load when it last said so, with this isolate's own calls since. It fades: what others have begun and
 * ended there meanwhile pulls every node towards what the fleet has on the average, the faster the older the picture. A node of
 * which nothing is known is thought average, so that one that joins gets its share; each call sent to it before it
 * has said a word makes it look worse, so that it gets no more than that.
 *
 * With a load: the calls in front, one slot's worth at a time, and the reading of the prompt. Of two nodes with a free slot the
 * faster so comes first, but a free slot comes before a fast node. Without a load (any OpenAI-compatible server): the average time
 * of its calls, which have waited there too, by the calls that this isolate already has there.
 */
import type { NodeView } from './node-view.ts'

/** In the order of the nodes; null where nothing was heard of any. */
export function expectedWaits(nodes: readonly NodeView[], now: number): readonly (number | null)[] {
  const usual = usualRatio(nodes, now)
  const known = nodes.map((node) => knownWaitMs(node, usual, now))
  let sum = 0
  let count = 0
  for (const waitMs of known) {
    if (waitMs === null) continue
    sum += waitMs
    count++
  }
  if (count === 0 || count === known.length) return known
  return known.map((waitMs, i) => waitMs ?? (sum / count) * (1 + nodes[i]!.underWay))
}

/** How many calls a slot has on the average, the newest words first; null where none is new enough. */
function usualRatio(nodes: readonly NodeView[], now: number): number | null {
  let sum = 0
  let weight = 0
  for (const node of nodes) {
    if (node.said === null) continue
    const sharpness = sharpnessOf(node, now)
    sum += sharpness * ratioOf(node.said)
    weight += sharpness
  }
  return weight < 1e-6 ? null : sum / weight
}

function knownWaitMs(node: NodeView, usual: number | null, now: number): number | null {
  const { said, callMs, underWay } = node
  if (said === null) return callMs === null ? null : callMs * (readingShare + underWay / supposedSlots)
  const answerMs = answerMsOf(node)
  if (answerMs === null) return null
  const sharpness = sharpnessOf(node, now)
  const ratio = usual === null ? ratioOf(said) : ratioOf(said) * sharpness + usual * (1 - sharpness)
  const calls = Math.max(underWay, ratio * said.slots + node.sinceSaid)
  const inFront = Math.max(0, calls - said.slots + 1)
  return (inFront * answerMs) / said.slots + answerMs * readingShare
}

function ratioOf({ queue, slotsBusy, slots }: NonNullable<NodeView['said']>): number {
  return (queue + slotsBusy) / slots
}

/** How long one answer holds a slot there. */
function answerMsOf({ said, answerTokens, callMs }: NodeView): number | null {
  const tokensPerSecond = said?.tokensPerSecond ?? null
  if (tokensPerSecond === null || tokensPerSecond <= 0) return callMs
  return ((answerTokens ?? supposedTokens) * 1_000) / tokensPerSecond
}

/** From 1 for this moment's word towards 0. */
function sharpnessOf({ saidAt }: NodeView, now: number): number {
  return 2 ** (-Math.max(0, now - saidAt) / halfLifeMs)
}

/** About as long as a few answers take: after that another mix of calls is there. */
const halfLifeMs = 10_000

/** The part of an answer's time in which its prompt is read. Of ten that were tried in simulation, the best for the slowest waits. */
const readingShare = 0.1

/** How long an answer is taken to be before any has been seen, and how many a silent server is taken to give at once. */
const supposedTokens = 200
const supposedSlots = 4
