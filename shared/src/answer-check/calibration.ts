/**
 * What a confidence is worth: a curve for each kind of task, from what the model claims to how often it is right.
 *
 * A curve is a handful of points with straight lines between them, level before the first and behind the last. The file is
 * `{ "version": 1, "curves": { "*": [[0, 0.1], [0.8, 0.5], [1, 0.95]], "math": [ … ] } }`; `*` is for every kind without a
 * curve of its own, and left out, those keep the value as it was said.
 */
import type { JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { isJsonObject } from '../wire/json-object.ts'

/** Rising in both. */
export type PiecewiseCurve = readonly (readonly [said: number, right: number])[]

export type Calibration = { readonly version: 1; readonly curves: Readonly<Record<string, PiecewiseCurve>> }

const mostPoints = 64
const mostCurves = 1_000

/** `task` is null where nobody judged it. */
export function calibrated(calibration: Calibration | null, task: string | null, said: number): number {
  if (calibration === null) return said
  const { curves } = calibration
  const own = task !== null && Object.hasOwn(curves, task) ? curves[task] : undefined
  const curve = own ?? (Object.hasOwn(curves, '*') ? curves['*'] : undefined)
  return curve === undefined ? said : along(curve, said)
}

export function readCalibration(given: unknown, path = 'calibration'): Calibration {
  if (!isJsonObject(given as JsonValue)) throw wrong(path, 'is an object of version and curves')
  const { version, curves, ...unknown } = given as Record<string, unknown>
  const [stranger] = Object.keys(unknown)
  if (stranger !== undefined)
    throw wrong(`${path}.${stranger}`, 'is not a field; there are version and curves')
  if (version !== 1) throw wrong(`${path}.version`, 'is 1')
  if (!isJsonObject(curves as JsonValue))
    throw wrong(`${path}.curves`, 'is an object of a curve for each task')
  const entries = Object.entries(curves as Record<string, unknown>)
  if (entries.length > mostCurves) throw wrong(`${path}.curves`, `has ${mostCurves} curves at most`)
  return {
    version: 1,
    curves: Object.fromEntries(
      entries.map(([task, points]) => [task, readCurve(points, `${path}.curves.${task}`)]),
    ),
  }
}

function readCurve(given: unknown, path: string): PiecewiseCurve {
  if (!Array.isArray(given) || given.length === 0 || given.length > mostPoints)
    throw wrong(path, `is a list of 1 to ${mostPoints} points [said, right]`)
  let before: readonly [number, number] = [-1, 0]
  return given.map((point: unknown, position) => {
    const at = `${path}[${position}]`
    if (!Array.isArray(point) || point.length !== 2 || !point.every(isShare))
      throw wrong(at, 'is two numbers from 0 to 1: what is said, and how often that is right')
    const [said, right] = point as [number, number]
    if (said <= before[0]) throw wrong(`${at}[0]`, 'is more than the one of the point before it')
    if (right < before[1]) throw wrong(`${at}[1]`, 'is no less than the one of the point before it')
    before = [said, right]
    return before
  })
}

function along(curve: PiecewiseCurve, said: number): number {
  let before = curve[0] ?? [0, said]
  for (const point of curve) {
    if (said <= point[0]) {
      const width = point[0] - before[0]
      return width === 0 ? point[1] : before[1] + ((point[1] - before[1]) * (said - before[0])) / width
    }
    before = point
  }
  return before[1]
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}`, { param: path })
}
