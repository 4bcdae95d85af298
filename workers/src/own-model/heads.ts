/**
 * Which output of a model is which head, and what its numbers mean.
 *
 * An exported classifier gives logits: of one number they go through the logistic function, of several through softmax, and
 * `at` names the class that is meant. What a head says is checked each time: a probability beyond 0 and 1 is a model
 * that was bound wrongly, and is told as a fault rather than decided by.
 */
import { NearsideError } from '@nearside/core'
import { checkKeys, isObject, wrong } from '../options/checks.ts'
import type { Row } from './open-session.ts'

type Scores = 'logits' | 'probabilities'

/** One probability out of an output. */
export type ProbabilityHead = {
  readonly output: string
  /** The class that is meant, from 0. @default the only one; needed where there are several */
  readonly at?: number
  /** What the output holds. @default 'logits' */
  readonly scores?: Scores
}

export type ClassesHead = {
  readonly output: string
  /** What each class is called, in the output's order. */
  readonly classes: readonly string[]
  /** @default 'logits' */
  readonly scores?: Scores
}

export type VectorHead = {
  readonly output: string
  /** Of an output with a vector for each token: their mean, or the first token's. @default 'mean' */
  readonly pooling?: 'mean' | 'first'
}

/** At least one; each is null in what is said of a text where it is not here. */
export type OwnHeads = {
  /** How likely a 3B-class model falls short. */
  readonly difficulty?: ProbabilityHead
  /** What the frontier is expected to gain, as the output says it. */
  readonly gain?: { readonly output: string }
  readonly task?: ClassesHead
  readonly jailbreak?: ProbabilityHead
  readonly harmful?: ProbabilityHead
  /** Given a length of one. */
  readonly vector?: VectorHead
}

export type OwnReading = {
  readonly difficulty: number | null
  readonly gain: number | null
  readonly task: string | null
  readonly taskConfidence: number | null
  readonly jailbreak: number | null
  readonly harmful: number | null
  readonly vector: Float32Array | null
}

const keysOf: Readonly<Record<keyof OwnHeads, Readonly<Record<string, true>>>> = {
  difficulty: { output: true, at: true, scores: true },
  gain: { output: true },
  task: { output: true, classes: true, scores: true },
  jailbreak: { output: true, at: true, scores: true },
  harmful: { output: true, at: true, scores: true },
  vector: { output: true, pooling: true },
}

export function checkHeads(heads: OwnHeads): void {
  if (!isObject(heads) || Object.keys(heads).length === 0) {
    throw wrong('heads', `says which output is which head: ${Object.keys(keysOf).join(', ')}`)
  }
  checkKeys(heads, keysOf, 'heads')
  for (const [name, head] of Object.entries(heads)) {
    const path = `heads.${name}`
    if (!isObject(head) || typeof head.output !== 'string') throw wrong(path, 'names an output of the model')
    checkKeys(head, keysOf[name as keyof OwnHeads], path)
    if ('scores' in head && head.scores !== 'logits' && head.scores !== 'probabilities')
      throw wrong(`${path}.scores`, 'is logits or probabilities')
    if ('pooling' in head && head.pooling !== 'mean' && head.pooling !== 'first')
      throw wrong(`${path}.pooling`, 'is mean or first')
  }
  const classes = heads.task?.classes
  if (
    heads.task !== undefined &&
    !(Array.isArray(classes) && classes.every((name) => typeof name === 'string'))
  )
    throw wrong('heads.task.classes', 'names the classes of the output in its order')
}

export function outputsOf(heads: OwnHeads): readonly string[] {
  return [...new Set(Object.values(heads).map(({ output }) => output))]
}

/** `tokens` is how many of a padded row are the text's own; null where the model does not read tokens. */
export function readHeads(
  heads: OwnHeads,
  rows: Readonly<Record<string, Row>>,
  tokens: number | null,
): OwnReading {
  const probability = (name: 'difficulty' | 'jailbreak' | 'harmful'): number | null => {
    const head = heads[name]
    return head === undefined ? null : oneOf(name, head, take(rows, head.output))
  }
  const task = heads.task === undefined ? null : likeliest(heads.task, take(rows, heads.task.output))
  return {
    difficulty: probability('difficulty'),
    gain: heads.gain === undefined ? null : single('gain', take(rows, heads.gain.output)),
    task: task?.name ?? null,
    taskConfidence: task?.confidence ?? null,
    jailbreak: probability('jailbreak'),
    harmful: probability('harmful'),
    vector:
      heads.vector === undefined ? null : vectorOf(heads.vector, take(rows, heads.vector.output), tokens),
  }
}

function oneOf(name: string, { at, scores, output }: ProbabilityHead, row: Row): number {
  const shares = probabilities(name, output, scores, row)
  if (at === undefined && shares.length > 1)
    throw bad(`The head ${name} must say which of the ${shares.length} numbers of ${output} is meant, by at`)
  const share = shares[at ?? 0]
  if (share === undefined)
    throw bad(`The head ${name} asks for number ${at} of ${output}, which has ${shares.length}`)
  return share
}

function likeliest({ classes, scores, output }: ClassesHead, row: Row): { name: string; confidence: number } {
  const shares = probabilities('task', output, scores, row)
  if (shares.length !== classes.length)
    throw bad(`The head task names ${classes.length} classes, but ${output} has ${shares.length} numbers`)
  let best = 0
  for (let i = 1; i < shares.length; i++) if (shares[i]! > shares[best]!) best = i
  return { name: classes[best] ?? '', confidence: shares[best] ?? 0 }
}

function single(name: string, { data, dims }: Row): number {
  const [value] = data
  if (data.length !== 1 || value === undefined || !Number.isFinite(value))
    throw bad(`The head ${name} wants one number, but there are [${dims.join(', ')}]`)
  return value
}

function probabilities(
  name: string,
  output: string,
  scores: Scores = 'logits',
  { data, dims }: Row,
): Float64Array {
  if (data.length === 0 || dims.slice(0, -1).some((size) => size !== 1))
    throw bad(`The head ${name} wants one row of ${output}, which is [${dims.join(', ')}]`)
  const shares = scores === 'probabilities' ? Float64Array.from(data) : squashed(data)
  // Rounding in float32 may go a little beyond.
  const slack = 1e-6
  if (!shares.every((share) => share >= -slack && share <= 1 + slack))
    throw bad(`The head ${name} found numbers in ${output} that are no ${scores}`)
  return shares.map((share) => Math.min(1, Math.max(0, share)))
}

function squashed(logits: Float32Array): Float64Array {
  if (logits.length === 1) return Float64Array.of(1 / (1 + Math.exp(-logits[0]!)))
  const most = Math.max(...logits)
  const grown = Float64Array.from(logits, (logit) => Math.exp(logit - most))
  const total = grown.reduce((sum, value) => sum + value, 0)
  return grown.map((value) => value / total)
}

function vectorOf(
  { output, pooling = 'mean' }: VectorHead,
  { data, dims }: Row,
  tokens: number | null,
): Float32Array {
  const size = dims.at(-1) ?? 0
  if (data.length === 0 || dims.slice(0, -2).some((dim) => dim !== 1))
    throw bad(`The head vector wants a vector, or one a token, but ${output} is [${dims.join(', ')}]`)
  const vector = data.slice(0, size)
  // Padding says nothing of the text.
  const end = Math.min(data.length, size * (tokens ?? data.length))
  if (pooling === 'mean') for (let i = size; i < end; i++) vector[i % size] = vector[i % size]! + data[i]!
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  if (!Number.isFinite(length)) throw bad(`The head vector found what is no number in ${output}`)
  return length === 0 ? vector : vector.map((value) => value / length)
}

function take(rows: Readonly<Record<string, Row>>, output: string): Row {
  const row = rows[output]
  if (row === undefined) throw bad(`The model gave no ${output}`)
  return row
}

function bad(why: string): NearsideError {
  return new NearsideError('bad-model', `${why}.`)
}
