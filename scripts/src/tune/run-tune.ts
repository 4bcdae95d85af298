/** `nearside tune`: finds a policy, and writes it, its page and its figures. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NearsideError, nanoPerUsd } from '@nearside/core'
import { loadModel } from '../eval/load-model.ts'
import { openAsker } from './asker.ts'
import type { OwnChecker } from './checkers.ts'
import { asksForDesigns } from './designs/read-design-words.ts'
import { runTuneDesigns } from './designs/run-tune-designs.ts'
import { openJournal } from './journal.ts'
import { type Progress, progressLine } from './progress-line.ts'
import { publicOutcomes } from './public-outcomes.ts'
import { type OutcomeRow, readOutcomes } from './read-outcomes.ts'
import { readTasks } from './read-tasks.ts'
import { readWords, type TuneWords } from './read-words.ts'
import { reportPage } from './report-page.ts'
import type { TuneResult } from './result.ts'
import { showResult } from './show-result.ts'
import { readTiers } from './tiers.ts'
import { tuneOutcomes } from './tune-outcomes.ts'
import { tuneTasks } from './tune-tasks.ts'
import { writeTogether } from './write-together.ts'

export type TuneWorld = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
  readonly say: (text: string) => void
  readonly isTerminal: boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Ends it; what was asked stays remembered. */
  readonly signal: AbortSignal
}

/** Whether every objective was met on the half that nothing was chosen on. */
export async function runTune(words: readonly string[], world: TuneWorld): Promise<boolean> {
  if (asksForDesigns(words)) {
    await runTuneDesigns(words, world)
    return true
  }
  const given = readWords(words)
  const result = await resultOf(given, world)
  writeTogether(given.out, {
    'policy.json': `${JSON.stringify(result.chosen.policy, null, 2)}\n`,
    'frontier.json': `${JSON.stringify(result, null, 1)}\n`,
    'report.html': reportPage(result),
  })
  const [policy, page] = [join(given.out, 'policy.json'), join(given.out, 'report.html')]
  world.print(
    given.json
      ? `${JSON.stringify(result)}\n`
      : `${showResult(result)}\nThe policy is in ${policy}, the report in ${page}.\n`,
  )
  return result.chosen.kept.every(({ met }) => met)
}

async function resultOf(given: TuneWords, world: TuneWorld): Promise<TuneResult> {
  const progress = progressLine(world.say, world.isTerminal)
  const terms = {
    objectives: given.objectives,
    prices: { frontier: given.frontierPrice, outputTokens: given.outputTokens },
    seed: given.seed,
  }
  if (given.data !== null) {
    const rows = publicOutcomes(given.data, given.set, given.out, (done, most) =>
      progress.show('judging, out of fold', done, most),
    )
    progress.end()
    const scores = 'out of fold: of classifiers that had not seen the request, in five folds'
    return tuneOutcomes(rows, { ...terms, scores, measuredOn: `recorded outcomes of ${given.set}` })
  }
  if (given.tasks !== null) return askedResult(given.tasks, given, world, progress)
  const path = given.outcomes ?? ''
  const rows = readOutcomes(path, () => loadModel())
  refuseTrainedOn(path, rows)
  return tuneOutcomes(rows, {
    ...terms,
    scores: 'those of the classifier that ships, or the ones that the records tell',
    measuredOn: path,
  })
}

async function askedResult(
  path: string,
  given: TuneWords,
  world: TuneWorld,
  progress: Progress,
): Promise<TuneResult> {
  const own = given.checker === null ? null : await ownChecker(given.checker)
  const tasks = readTasks(path, own)
  const tiers = readTiers(given, world.env, new Date(world.now()).toISOString().slice(0, 10))
  const limit = Math.floor((given.maxSpendUsd ?? 0) * nanoPerUsd)
  const journal = openJournal(given.out)
  try {
    const { outputTokens } = given
    const asker = openAsker({ journal, outputTokens, signal: world.signal, fetch, now: world.now })
    return await tuneTasks(tasks, {
      measuredOn: path,
      objectives: given.objectives,
      classifier: loadModel(),
      tiers,
      asker,
      spent: journal.spent,
      limit,
      seed: given.seed,
      progress,
      signal: world.signal,
    })
  } finally {
    progress.end()
    journal.close()
  }
}

async function ownChecker(path: string): Promise<OwnChecker> {
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(resolve(path)).href)
  } catch (cause) {
    throw new NearsideError('bad-options', `--checker ${path} cannot be loaded.`, { cause })
  }
  if (typeof module.default !== 'function')
    throw new NearsideError('bad-options', `--checker ${path} has no function as its default export.`)
  return module.default as OwnChecker
}

/** Of what it was trained on the classifier knows the answer, and any policy would look good. */
function refuseTrainedOn(path: string, rows: readonly OutcomeRow[]): void {
  const seen = rows.find(({ source }) => trainedOn.includes(source))
  if (seen === undefined) return
  throw new NearsideError(
    'bad-options',
    `${path} has outcomes of ${seen.source}, which the classifier was trained on: --data DIR --set ${seen.source} judges them out of fold.`,
  )
}

const trainedOn: readonly string[] = ['mmlu', 'gsm8k', 'llmrouter']
