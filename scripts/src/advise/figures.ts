/**
 * Every figure that an advice rests on: what it is called, what it may be, and what is assumed where nobody says it.
 *
 * Four are the traffic's own and are assumed of nobody: how much there is, how easy, how confined, how urgent.
 */
import { NearsideError } from '@nearside/core'

export type FigureTerms = {
  /** What is asked, as a question to a person. */
  readonly question: string
  readonly unit: string
  readonly least: number
  readonly most: number
  /** Null where somebody has to say it. */
  readonly assumed: number | null
}

export const figureNames = [
  'requestsPerDay',
  'easyShare',
  'confinedShare',
  'latencyMs',
  'peakToMean',
  'promptTokens',
  'outputTokens',
  'cloudPromptUsd',
  'cloudOutputUsd',
  'nodeUsd',
  'years',
  'upkeepUsdPerMonth',
  'busyWatts',
  'idleWatts',
  'joulesPerRequest',
  'kwhUsd',
  'nodePromptTokensPerSecond',
  'nodeOutputTokensPerSecond',
  'busyAtPeak',
  'quickMs',
  'confinedFrom',
  'easyFrom',
] as const
export type FigureName = (typeof figureNames)[number]

const share = { unit: '', least: 0, most: 1 }
const usd = { unit: 'USD', least: 0, most: 1e9 }
const watts = { unit: 'W', least: 0, most: 1e6 }

export const figureTerms: Readonly<Record<FigureName, FigureTerms>> = {
  requestsPerDay: {
    question: 'How many requests come in a day?',
    unit: 'a day',
    least: 1,
    most: 1e10,
    assumed: null,
  },
  easyShare: {
    question: 'Which share of them, from 0 to 1, does a small model answer well enough?',
    ...share,
    assumed: null,
  },
  confinedShare: {
    question: 'Which share of them, from 0 to 1, must not leave your premises?',
    ...share,
    assumed: null,
  },
  latencyMs: {
    question: 'Within how many milliseconds must an answer begin? (0: it does not matter)',
    unit: 'ms',
    least: 0,
    most: 600_000,
    assumed: null,
  },
  peakToMean: {
    question: 'How many times the mean hour is the busiest one?',
    unit: '×',
    least: 1,
    most: 10_000,
    assumed: 4,
  },
  promptTokens: {
    question: 'How long is a prompt?',
    unit: 'tokens',
    least: 1,
    most: 10_000_000,
    assumed: 500,
  },
  outputTokens: {
    question: 'How long is an answer?',
    unit: 'tokens',
    least: 1,
    most: 1_000_000,
    assumed: 300,
  },
  cloudPromptUsd: { question: 'What do a million prompt tokens cost in the cloud?', ...usd, assumed: 0.25 },
  cloudOutputUsd: { question: 'What do a million output tokens cost in the cloud?', ...usd, assumed: 2 },
  nodeUsd: { question: 'What does a node cost to buy?', ...usd, assumed: 2_500 },
  years: {
    question: 'Over how many years is it written off?',
    unit: 'years',
    least: 0.1,
    most: 50,
    assumed: 3,
  },
  upkeepUsdPerMonth: { question: 'What does its upkeep cost in a month?', ...usd, assumed: 50 },
  busyWatts: { question: 'How much power does it draw when it is busy?', ...watts, assumed: 350 },
  idleWatts: { question: 'And when it is idle?', ...watts, assumed: 60 },
  joulesPerRequest: {
    question: 'How many joules does an answer take there, beside idling? (0: by the watts and its time)',
    unit: 'J',
    least: 0,
    most: 1e9,
    assumed: 0,
  },
  kwhUsd: { question: 'What does a kilowatt-hour cost?', ...usd, assumed: 0.15 },
  nodePromptTokensPerSecond: {
    question: 'How many prompt tokens does a busy node read in a second?',
    unit: 'tokens/s',
    least: 0.1,
    most: 1e9,
    assumed: 4_000,
  },
  nodeOutputTokensPerSecond: {
    question: 'How many tokens does a busy node write in a second, all answers together?',
    unit: 'tokens/s',
    least: 0.1,
    most: 1e9,
    assumed: 400,
  },
  busyAtPeak: {
    question:
      'How busy, from 0.05 to 0.95, may nodes be in the busiest hour, so that nobody queues for long?',
    unit: '',
    least: 0.05,
    most: 0.95,
    assumed: 0.7,
  },
  quickMs: {
    question: 'Below how many milliseconds does a budget speak for being near?',
    unit: 'ms',
    least: 1,
    most: 600_000,
    assumed: 200,
  },
  confinedFrom: {
    question: 'From which share on does what must not leave speak for being near?',
    ...share,
    assumed: 0.1,
  },
  easyFrom: {
    question: 'From which share on do easy requests speak for being near?',
    ...share,
    assumed: 0.5,
  },
}

export type Source = 'given' | 'measured' | 'assumed'
export type Figure = { readonly value: number; readonly source: Source; readonly note?: string }
export type Figures = Readonly<Record<FigureName, Figure>>
export type SomeFigures = Readonly<Partial<Record<FigureName, Figure>>>

export function isFigureName(name: string): name is FigureName {
  return Object.hasOwn(figureTerms, name)
}

export function flagOf(name: FigureName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `path` names the value where it is wrong, with what would be right. */
export function checkedFigure(name: FigureName, value: unknown, path: string): number {
  const { least, most, unit } = figureTerms[name]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value.replaceAll('_', '')) : value
  if (typeof number === 'number' && number >= least && number <= most) return number
  const given = JSON.stringify(value) ?? 'nothing'
  throw new NearsideError(
    'bad-options',
    `${path} is a number from ${least} to ${most}${unit === '' ? '' : ` (${unit})`}, but was ${given.slice(0, 40)}`,
    { param: path },
  )
}

/** The first that says a figure is believed; what nobody says is assumed, where it may be. */
export function fillFigures(...sayings: readonly SomeFigures[]): {
  readonly figures: Figures
  readonly missing: readonly FigureName[]
} {
  const missing: FigureName[] = []
  const entries = figureNames.map((name): readonly [FigureName, Figure] => {
    const said = sayings.map((saying) => saying[name]).find((figure) => figure !== undefined)
    if (said !== undefined) return [name, said]
    const { assumed } = figureTerms[name]
    if (assumed === null) missing.push(name)
    return [name, { value: assumed ?? 0, source: 'assumed' }]
  })
  return { figures: Object.fromEntries(entries) as Figures, missing }
}
