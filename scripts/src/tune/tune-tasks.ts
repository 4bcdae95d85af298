/**
 * Tunes by asking: the tiers at hand answer a file of tasks, as few of them as the exploration needs.
 *
 * On the choosing half each cluster's arms are explored by successive halving, at most a third of what trying everything would
 * take; answers are shared between arms, so that most runs ask nobody. What of the limit is left then serves the other half, on
 * which both models answer everything, so that the policy is held against the strong model on the same requests.
 */
import {
  agreementOf,
  type Classifier,
  defaultConsistency,
  type NanoUsd,
  NearsideError,
  nanoPerUsd,
} from '@nearside/core'
import { dealFolds } from '../train/folds.ts'
import { type Arm, frontierAlone, type Measure, outcomeOf, type Terms } from './arm.ts'
import type { Asker } from './asker.ts'
import { choosePolicy, type Way } from './choose-policy.ts'
import { armsFor, clustersOf, type TaskCluster } from './clusters.ts'
import { explore } from './explore.ts'
import { meanOf } from './figures.ts'
import type { KeptAnswer } from './journal.ts'
import type { Known, Need, Told } from './known.ts'
import { type Objectives, refuseNothingRight } from './objectives.ts'
import { policyOf } from './policy-of.ts'
import type { Progress } from './progress-line.ts'
import type { Task } from './read-tasks.ts'
import { reportOn } from './report-on.ts'
import type { Spent, TuneResult } from './result.ts'
import type { Tiers } from './tiers.ts'

export type TaskTerms = {
  readonly measuredOn: string
  readonly objectives: Objectives
  readonly classifier: Classifier
  readonly tiers: Tiers
  readonly asker: Asker
  readonly spent: () => NanoUsd
  readonly limit: NanoUsd
  readonly seed: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What is known of a task grows as it is asked. */
type Open = { -readonly [field in keyof Known]: Known[field] } & { readonly of: Task; failed: string | null }

const fewestTasks = 20
const fewestForRule = 20
const thresholds = 5
const atOnce = 4
/** Of the limit; the rest is for the half that the policy is held against. */
const exploringShare = 0.6
/** What a frontier's call weighs against quality: one leader for each survives. */
const prices = [0, 0.1, 0.3, 1]

export async function tuneTasks(tasks: readonly Task[], terms: TaskTerms): Promise<TuneResult> {
  if (tasks.length < fewestTasks)
    throw new NearsideError(
      'bad-options',
      `${terms.measuredOn} has ${tasks.length} tasks; ${fewestTasks} are the fewest that two halves can be made of.`,
    )
  const { asker, progress, limit, objectives } = terms
  const rows = tasks.map((task): Open => opened(task, terms.classifier))
  const half = dealFolds(
    tasks.map(({ prompt }) => prompt),
    rows.map(({ task }) => task ?? ''),
    2,
    terms.seed,
  )
  const choosing = rows.filter((_, i) => half[i] === 0)
  const clusters = clustersOf(choosing, fewestForRule)
  asker.allow(limit * exploringShare)
  const explored = await exploredWays(clusters, terms)
  progress.end()
  const strong = await strongOf(clusters, explored.ways, terms)
  refuseNothingRight(objectives, strong)
  const chosen = choosePolicy(clusters, explored.ways, strong, objectives)
  asker.allow(limit)
  const other = rows.filter((_, i) => half[i] === 1)
  const needs: readonly Need[] = chosen.arms.some(({ strategy }) => strategy === 'consistency')
    ? ['frontier', 'local', 'second']
    : ['frontier', 'local']
  await askedAll(other, needs, terms)
  progress.end()
  if (terms.signal.aborted) throw stopped()
  const whole = (row: Open): boolean => needs.every((need) => row[need] !== undefined)
  const held = other.filter(whole)
  // Without an answered request on the other half, what is known is told of the one that was chosen on.
  const shown = held.length > 0 ? held : choosing.filter(whole)
  const found = reportOn({ clusters, rows: shown, chosen, terms: chosen.way.terms, objectives })
  const spent: Spent = {
    usd: terms.spent() / nanoPerUsd,
    limitUsd: limit / nanoPerUsd,
    calls: asker.calls(),
    remembered: asker.remembered(),
    runs: explored.runs,
    exhaustiveRuns: explored.exhaustiveRuns,
    limitReached: asker.limitReached(),
  }
  return {
    tune: 'tasks',
    measuredOn: terms.measuredOn,
    scores: 'those of the classifier that ships',
    objectives,
    ...found,
    spent,
    uncertain: uncertainties(rows, { held: held.length, other: other.length }, spent, found),
  }
}

type Explored = { readonly ways: readonly Way[]; readonly runs: number; readonly exhaustiveRuns: number }

async function exploredWays(clusters: readonly TaskCluster<Open>[], terms: TaskTerms): Promise<Explored> {
  const unknown = clusters.some(({ rows }) => rows.some(({ difficulty }) => difficulty === null))
  const ways: Way[] = []
  let runs = 0
  let exhaustiveRuns = 0
  for (const whenUnknown of unknown ? (['frontier', 'local'] as const) : (['frontier'] as const)) {
    const said: Terms = { whenUnknown, domain: null }
    const tried: (readonly { arm: Arm; measures: readonly Measure[] }[])[] = []
    for (const { task, rows } of clusters) {
      const arms = armsFor(rows, { thresholds, cascades: true, consistency: true })
      const found = await explore<Arm, Measure | 'failed'>(
        arms,
        (arm, item) => runOf(arm, rows[item]!, said, terms),
        {
          items: rows.length,
          seed: terms.seed,
          atOnce,
          scores: prices.map((price) => (one) => (one === 'failed' ? 0 : one.quality - price * one.strong)),
          onRun: (done, most) =>
            terms.progress.show(`exploring ${task ?? 'other kinds'}`, done, most, spentText(terms)),
        },
      )
      if (terms.signal.aborted) throw stopped()
      runs += found.runs
      exhaustiveRuns += found.exhaustiveRuns
      const lived = Math.max(...found.arms.map((one) => one.rounds))
      tried.push(
        found.arms
          .filter((one) => one.rounds === lived)
          .map((one) => ({
            arm: one.arm,
            measures: [...one.found.values()].filter((each) => each !== 'failed'),
          }))
          .filter(({ measures }) => measures.length > 0),
      )
    }
    const isTold = tried.every((arms, at) => arms.length > 0 || clusters[at]!.rows.length === 0)
    const filled = tried.map((arms) => (arms.length > 0 ? arms : [{ arm: frontierAlone, measures: [] }]))
    if (isTold)
      ways.push({
        terms: said,
        tried: filled,
        policy: (arms) =>
          policyOf(
            arms.map((arm, at) => ({ task: clusters[at]!.task, arm })),
            said,
            null,
          ),
      })
  }
  if (ways.length === 0)
    throw new NearsideError(
      'bad-options',
      'The spending limit was reached before every kind of task was tried: nothing can be chosen yet. What was asked is kept; a higher --max-spend goes on from here.',
    )
  return { ways, runs, exhaustiveRuns }
}

async function runOf(arm: Arm, row: Open, said: Terms, terms: TaskTerms): Promise<Measure | 'failed' | null> {
  for (;;) {
    if (row.failed !== null) return 'failed'
    const outcome = outcomeOf(arm, row, said)
    if (typeof outcome !== 'string') return outcome
    if (!(await learn(row, outcome, terms))) return null
  }
}

/** False where the limit or the signal ends it. */
async function learn(row: Open, need: Need, { tiers, asker }: TaskTerms): Promise<boolean> {
  const { request, check, line } = row.of
  const answer = await asker.ask(
    need === 'frontier' ? tiers.frontier : tiers.local,
    request,
    need === 'second' ? 1 : 0,
  )
  if (answer === null) return false
  if (answer === 'failed') {
    row.failed = `line ${line}: the ${need === 'frontier' ? 'frontier' : 'local'} tier did not answer`
    return true
  }
  try {
    const told = toldOf(answer, await check(answer.text))
    if (need === 'local') row.local = { ...told, confidence: answer.confidence }
    else if (need === 'frontier') row.frontier = told
    else row.second = { ...told, agrees: await agrees(row, answer, tiers, asker) }
  } catch (error) {
    row.failed = `line ${line}: its checker threw: ${error instanceof Error ? error.message : String(error)}`
  }
  return true
}

/** By the gateway's own comparison; the first answer is remembered by now. */
async function agrees(row: Open, second: KeptAnswer, tiers: Tiers, asker: Asker): Promise<boolean> {
  const first = await asker.ask(tiers.local, row.of.request, 0)
  if (first === null || first === 'failed') return false
  const said = (text: string) => [{ text, toolCalls: [] }]
  return agreementOf(said(first.text), said(second.text), defaultConsistency.alikeFrom).agreed
}

function toldOf({ nanoUsd, joules, latencyMs }: KeptAnswer, quality: number): Told {
  return { quality, usd: nanoUsd / nanoPerUsd, joules, latencyMs }
}

/** The strong model on the requests that the exploration looked at longest: those alone are without favour. */
async function strongOf(
  clusters: readonly TaskCluster<Open>[],
  ways: readonly Way[],
  terms: TaskTerms,
): Promise<number> {
  const seen = clusters.flatMap(({ rows }) => rows.filter(({ local, frontier }) => local ?? frontier))
  await askedAll(seen, ['frontier'], terms)
  if (terms.signal.aborted) throw stopped()
  const told = seen.flatMap(({ frontier }) => frontier?.quality ?? [])
  if (told.length === 0 || ways.length === 0)
    throw new NearsideError(
      'bad-options',
      'The frontier answered nothing within the limit: there is nothing to compare with.',
    )
  return meanOf(told)
}

async function askedAll(rows: readonly Open[], needs: readonly Need[], terms: TaskTerms): Promise<void> {
  const pending = rows[Symbol.iterator]()
  let done = 0
  const worker = async (): Promise<void> => {
    for (const row of pending) {
      for (const need of needs) {
        if (row.failed !== null || row[need] !== undefined) continue
        if (!(await learn(row, need, terms))) return
      }
      terms.progress.show('asking both models', ++done, rows.length, spentText(terms))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function opened(of: Task, classifier: Classifier): Open {
  const { task, difficulty, gain } = classifier.judge(of.request)
  return { id: `line ${of.line}`, task, difficulty, gain, of, failed: null }
}

function uncertainties(
  rows: readonly Open[],
  { held, other }: { readonly held: number; readonly other: number },
  spent: Spent,
  { chosen }: Pick<TuneResult, 'chosen'>,
): readonly string[] {
  const said: string[] = []
  const failed = rows.flatMap(({ failed: why }) => why ?? [])
  const named = rows.filter(({ of }) => of.kind !== null)
  const other2 = named.filter(({ of, task }) => of.kind !== task).length
  if (spent.limitReached)
    said.push(
      `The spending limit was reached; ${held} of the other half's ${other} requests were answered until then.`,
    )
  if (held === 0)
    said.push(
      'No request of the other half was answered: these figures are of the half that was chosen on, and flatter.',
    )
  if (failed.length > 0) said.push(`${failed.length} tasks are left out. The first: ${failed[0]}.`)
  if (other2 > 0)
    said.push(
      `The judge sees another kind of task than the file names in ${other2} of ${named.length}; rules go by the judge's word, as they do in the gateway.`,
    )
  said.push('Each answer was asked for once: another day a model may say something else.')
  said.push(
    'Arms that were dropped early were seen on few requests; one of them may be better than it looked.',
  )
  if (chosen.reporting.joules === null) said.push('Energy is unknown: not every answer tells it.')
  return said
}

function spentText({ spent, limit }: TaskTerms): string {
  return `$${(spent() / nanoPerUsd).toFixed(4)} of $${(limit / nanoPerUsd).toFixed(2)}`
}

function stopped(): NearsideError {
  return new NearsideError(
    'bad-options',
    'Stopped. What was asked is kept: the same command goes on from here.',
  )
}
