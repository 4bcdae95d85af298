/**
 * The curve from what a model says of its own sureness to how often it is right, and its file.
 *
 * It belongs to one version of one model: another's weights are sure of other things. So the file names the version, and a model of
 * another is not served with it.
 */
import {
  type Curve,
  expectedCalibrationError,
  fitCurve,
  logOdds,
  NearsideError,
  onCurve,
  reliabilityBins,
} from '@nearside/core'
import * as v from 'valibot'

export type Judged = { readonly confidence: number; readonly right: boolean; readonly task: string | null }

export type Calibration = {
  readonly model: string
  readonly version: string
  readonly tasks: number
  readonly right: number
  readonly curve: Curve
  /** The probability that a right answer was surer than a wrong one: a half is chance. */
  readonly auroc: number
  /** How far confidence is from the share that is right, as said and on curves fitted to the other four fifths. */
  readonly eceBefore: number
  readonly eceAfter: number
}

const fewestTasks = 30
const fewestOfEach = 5
const folds = 5

export function calibrationOf(
  { name, version }: { readonly name: string; readonly version: string },
  judged: readonly Judged[],
): Calibration {
  const right = judged.map((each) => each.right)
  const rightCount = right.filter(Boolean).length
  if (judged.length < fewestTasks) {
    throw new NearsideError(
      'bad-options',
      `${judged.length} tasks are too few; give ${fewestTasks} at least.`,
    )
  }
  if (Math.min(rightCount, judged.length - rightCount) < fewestOfEach) {
    const kind = rightCount < fewestOfEach ? 'right' : 'wrong'
    throw new NearsideError(
      'bad-options',
      `Fewer than ${fewestOfEach} of ${judged.length} answers were ${kind}, from which nothing can be learned; take ${kind === 'right' ? 'easier' : 'harder'} tasks.`,
    )
  }
  const said = judged.map(({ confidence }) => confidence)
  const unseen = new Array<number>(judged.length)
  for (let fold = 0; fold < folds; fold++) {
    const rest = judged.filter((_, index) => index % folds !== fold)
    const curve = curveOf(rest)
    for (let index = fold; index < judged.length; index += folds) unseen[index] = onCurve(curve, said[index]!)
  }
  return {
    model: name,
    version,
    tasks: judged.length,
    right: rightCount,
    curve: rounded(curveOf(judged)),
    auroc: round(aurocOf(judged)),
    eceBefore: round(expectedCalibrationError(reliabilityBins(said, right))),
    eceAfter: round(expectedCalibrationError(reliabilityBins(unseen, right))),
  }
}

const finite = v.pipe(v.number(), v.finite())
const share = v.pipe(finite, v.minValue(0), v.maxValue(1))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const schema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    model: v.string(),
    version: v.string(),
    tasks: count,
    right: count,
    curve: v.strictObject({ offset: finite, slope: finite }),
    auroc: share,
    eceBefore: share,
    eceAfter: share,
  }),
)

export function readCalibration(content: string, path: string): Calibration {
  const read = v.safeParse(schema, content)
  if (read.success) return read.output
  const [issue] = read.issues
  const field = v.getDotPath(issue)
  throw new NearsideError(
    'bad-options',
    `${path} is not a calibration, as nearside-runtime calibrate writes it: ${field === null ? '' : `${field}: `}${issue.message}`,
    { param: 'calibration' },
  )
}

export function refuseOtherVersion(calibration: Calibration, version: string): void {
  if (calibration.version === version) return
  throw new NearsideError(
    'bad-options',
    `The calibration was made for version ${calibration.version} of ${calibration.model}, and this model is ${version}. Make one anew with nearside-runtime calibrate, or serve without.`,
    { param: 'calibration' },
  )
}

function curveOf(judged: readonly Judged[]): Curve {
  return fitCurve(
    judged.map(({ confidence }) => logOdds(confidence)),
    judged.map(({ right }) => right),
  )
}

/** By ranks, ties shared. */
function aurocOf(judged: readonly Judged[]): number {
  const sorted = judged.toSorted((a, b) => a.confidence - b.confidence)
  let rankSum = 0
  for (let at = 0; at < sorted.length; ) {
    let end = at
    while (end < sorted.length && sorted[end]!.confidence === sorted[at]!.confidence) end++
    const rank = (at + end + 1) / 2
    for (; at < end; at++) if (sorted[at]!.right) rankSum += rank
  }
  const right = judged.filter((each) => each.right).length
  return (rankSum - (right * (right + 1)) / 2) / (right * (judged.length - right))
}

function rounded({ offset, slope }: Curve): Curve {
  return { offset: round(offset), slope: round(slope) }
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
