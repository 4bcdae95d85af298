/**
 * `map-reduce`: a long document is read in pieces by local models, and a supervisor, who sees an outline and the passages that were found,
 * says what is asked of the pieces and sums up.
 *
 * It asks less of a model than the document's length says, so that it is decided before the length rules anybody out: no local model
 * has to take the whole, and what may not leave is summed up where it is read. Where there is nothing to read in
 * pieces the plan stays direct.
 */
import { type OutlineDetail, outlineDetails } from '../map-reduce/outline.ts'
import type { Signals } from '../signals/signals.ts'
import { fits, isGoodEnough } from './able.ts'
import { checkTerms, checkWholeNumber, wrongTerm } from './check-terms.ts'
import { inOrder } from './in-order.ts'
import type { Step } from './plan.ts'
import type { Policy } from './policy.ts'
import type { Rules } from './rules.ts'
import type { DirectPlan } from './shape.ts'
import type { TargetView } from './target.ts'
import type { Wishes } from './wishes.ts'

export type MapReducePolicy = {
  /** The shortest document that is read in pieces, in tokens. @default 8000 */
  readonly leastTokens: number
  /** The longest piece, in tokens. @default 1500 */
  readonly chunkTokens: number
  /** How much of the piece before is repeated where a paragraph is cut, in tokens. @default 100 */
  readonly overlapTokens: number
  /** How often the pieces are asked: 2 lets whoever sums up ask once more. @default 2 */
  readonly rounds: number
  /** The most questions of a round. @default 8 */
  readonly jobs: number
  /** The most calls of workers in a round; one question to one piece is one call. @default 64 */
  readonly calls: number
  /** How many of them are under way at a time. @default 4 */
  readonly parallel: number
  /** The longest passage that a worker may hand on, in tokens. @default 300 */
  readonly passageTokens: number
  /** What a supervisor sees of the document beside its size; of a `sensitive` one it sees no more than sizes. @default 'words' */
  readonly outline: OutlineDetail
  /** Whether the answer is to say that pieces could not be read; the header and the record say so in any case. @default false */
  readonly saysMissing: boolean
}

export const defaultMapReduce: MapReducePolicy = {
  leastTokens: 8_000,
  chunkTokens: 1_500,
  overlapTokens: 100,
  rounds: 2,
  jobs: 8,
  calls: 64,
  parallel: 4,
  passageTokens: 300,
  outline: 'words',
  saysMissing: false,
}

/** Beside its piece a worker is given a question and what it is to do. */
const besidePieceTokens = 700

/** What a model has to take to read a piece; null where nothing is to be read in pieces. */
function pieceTokens(signals: Signals, wishes: Wishes, { mapReduce }: Policy): number | null {
  const { documentTokens = 0, tools, schema, images, audio, edge } = signals
  if (documentTokens < mapReduce.leastTokens) return null
  if (wishes.ask.kind !== 'auto' || tools || schema || images || audio || edge !== null) return null
  return mapReduce.chunkTokens + besidePieceTokens
}

/** Null where nothing is to be read in pieces, or none of those that may have the text can. */
export function planInPieces(
  allowed: readonly TargetView[],
  signals: Signals,
  wishes: Wishes,
  policy: Policy,
  rules: Rules,
): DirectPlan | null {
  const tokens = pieceTokens(signals, wishes, policy)
  if (tokens === null) return null
  const { latencyMs, qualityFloor } = rules
  // Who reads a piece need not take the whole.
  const readers = inOrder(
    allowed.filter((each) => fits(each, tokens, policy) && isGoodEnough(each, signals, wishes, rules)),
    'local',
    rules,
    policy,
    () => 0,
  )
  const isUp = ({ standing }: TargetView): boolean => standing !== 'resting'
  const nodes = readers.filter(({ tier }) => tier === 'local')
  const [node] = nodes.filter(isUp)
  if (node === undefined) return null
  const supervisors = readers.filter(({ tier }) => tier === 'frontier')
  const [supervisor] = supervisors.filter(isUp)
  // Questions, passages, answer: three turns, of which the first and the last are the supervisor's.
  const planMs = supervisor?.wholeMs ?? 0
  const readMs = node.wholeMs ?? 0
  if (latencyMs !== null && 2 * planMs + readMs > latencyMs) return null
  const last = supervisor ?? node
  const steps = [last, ...nodes.filter((each) => each !== last)].map(stepTo)
  return {
    kind: 'serve',
    strategy: 'map-reduce',
    steps: steps as [Step, ...Step[]],
    fallbacks: supervisors.filter((each) => each !== last).map(stepTo),
    wished: last.tier,
    reason: 'long-document',
    confidence: 1,
    degraded: null,
    privacy: wishes.privacy.level,
    check: {
      kind: 'map-reduce',
      task: null,
      floor: qualityFloor,
      nearMs: latencyMs === null ? null : Math.max(1, Math.round(latencyMs - (planMs || latencyMs / 3))),
    },
  }
}

function stepTo({ name, tier, model }: TargetView): Step {
  return { target: name, tier, model }
}

export function resolveMapReduce(given: Partial<MapReducePolicy> | undefined, path: string): MapReducePolicy {
  if (given === undefined) return defaultMapReduce
  checkTerms(given, defaultMapReduce, path)
  const terms = { ...defaultMapReduce, ...given }
  for (const [key, least, most] of bounds) {
    checkWholeNumber(terms[key], `${path}.${key}`, most)
    if (terms[key] < least) throw wrongTerm(`${path}.${key}`, `is ${least} or more, but was ${terms[key]}`)
  }
  if (!outlineDetails.includes(terms.outline))
    throw wrongTerm(`${path}.outline`, `is one of ${outlineDetails.join(', ')}`)
  if (typeof terms.saysMissing !== 'boolean') throw wrongTerm(`${path}.saysMissing`, 'is true or false')
  if (terms.overlapTokens * 2 > terms.chunkTokens)
    throw wrongTerm(`${path}.overlapTokens`, `is at most half of chunkTokens, ${terms.chunkTokens}`)
  return terms
}

/** A request has six connections in a Worker, of which two are kept for stores: no more than four calls at a time. */
const bounds = [
  ['leastTokens', 1_000, 10_000_000],
  ['chunkTokens', 200, 100_000],
  ['overlapTokens', 1, 50_000],
  ['rounds', 1, 2],
  ['jobs', 1, 32],
  ['calls', 1, 512],
  ['parallel', 1, 4],
  ['passageTokens', 20, 4_000],
] as const
