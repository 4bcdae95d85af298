/**
 * Who answered what correctly, as rows that a difficulty can be learned from.
 *
 * A family is the outcomes of one pair of models; its domains are the subjects or exercises inside. Two sets hold
 * exercises of the same book (grade-school word problems) with outcomes of different pairs. One domain cannot have two
 * truths: where both are in training, the pair that is nearer to a 3B-class model and a frontier keeps its outcomes, and
 * the other set's rows tell the domain alone, and its nine models how hard the exercise is (see `hint`).
 */
import type { RoutingRow, TaskRow, TrainingData } from './rows.ts'

export type OutcomeRow = {
  readonly text: string
  readonly family: string
  readonly domain: string
  /** The larger model's score less the smaller one's; null where the row has no outcome of its family's pair. */
  readonly gain: number | null
  /** Whether the smaller model did worse. */
  readonly short: boolean
  /** What strong models gain over weak ones here, on average over several: no outcome of the pair, but about as telling. */
  readonly hint: number | null
  readonly row: RoutingRow | null
}

export const otherDomain = 'other'

const wordProblems = new Set(['gsm8k', 'agentverse-mgsm'])
const strongModels = [
  'llama-3.1-nemotron-51b-instruct',
  'llama-3.3-nemotron-super-49b-v1',
  'qwen2.5-7b-instruct',
  'llama-3.1-8b-instruct',
  'gemma-2-9b-it',
]
const weakModels = [
  'mistral-7b-instruct-v0.3',
  'codegemma-7b',
  'llama3-chatqa-1.5-70b',
  'llama3-chatqa-1.5-8b',
]

export function outcomeRows(data: TrainingData, without: string | null): readonly OutcomeRow[] {
  const present = new Set(data.routing.map((row) => row.source).filter((source) => source !== without))
  const rows = data.routing
    .filter((row) => row.source !== without)
    .map((row): OutcomeRow => {
      const borrowed = row.source === 'llmrouter' && row.task === 'gsm8k' && present.has('gsm8k')
      return {
        text: row.prompt,
        family: row.source,
        domain: borrowed ? 'gsm8k' : domainOf(row),
        gain: borrowed ? null : row.large_score - row.small_score,
        short: row.small_score < row.large_score,
        hint: row.source === 'llmrouter' && wordProblems.has(row.task ?? '') ? hintOf(row) : null,
        row,
      }
    })
  return [...rows, ...textsWithoutOutcome(data.tasks, present, without)]
}

function domainOf(row: RoutingRow): string {
  if (row.subject !== undefined) return `${row.source}:${row.subject}`
  return row.task === undefined ? row.source : `${row.source}:${row.task}`
}

function hintOf({ scores = {} }: RoutingRow): number {
  const mean = (models: readonly string[]): number =>
    models.reduce((sum, model) => sum + (scores[model] ?? 0), 0) / models.length
  return mean(strongModels) - mean(weakModels)
}

/** Every other request is background: what no outcome tells of must be known as such. */
function textsWithoutOutcome(
  tasks: readonly TaskRow[],
  present: ReadonlySet<string>,
  without: string | null,
): readonly OutcomeRow[] {
  const none = { family: '', gain: null, short: false, hint: null, row: null }
  return tasks.flatMap(({ text, source }, index): readonly OutcomeRow[] => {
    const [set = ''] = source.split(':')
    if (set === 'llmrouter' || (set === 'gsm8k_train' && without === 'gsm8k')) return []
    if (set === 'gsm8k_train' && present.has('gsm8k')) return [{ ...none, text, domain: 'gsm8k' }]
    return index % 2 === 0 || set === 'own' ? [{ ...none, text, domain: otherDomain }] : []
  })
}
