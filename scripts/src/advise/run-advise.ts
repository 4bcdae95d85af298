/** `nearside advise`: is hybrid worth it for this traffic, from records, from answers, or by asking. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { NearsideError, priceOf } from '@nearside/core'
import { readRecords } from '../records/read-records.ts'
import { advise } from './advise.ts'
import {
  checkedFigure,
  type Figure,
  type FigureName,
  figureNames,
  figureTerms,
  fillFigures,
  flagOf,
  isFigureName,
  type SomeFigures,
} from './figures.ts'
import { openTrafficMeter } from './measure-traffic.ts'
import { adviceText } from './show-advice.ts'

export type AdviseRim = {
  print(text: string): void
  /** Asks a person; null where nobody is there. */
  readonly ask: ((question: string) => Promise<string>) | null
  readonly now: () => number
}

const usage =
  'nearside advise [--records FILE [--strict]] [--answers FILE.json] [--cloud-model NAME] [--FIGURE N ...] [--json]'

export async function runAdvise(words: readonly string[], { print, ask, now }: AdviseRim): Promise<void> {
  const { given, records, answers, cloudModel, strict, json } = readWords(words)
  const onDay = new Date(now()).toISOString().slice(0, 10)
  const said: SomeFigures[] = [given, cloudFigures(cloudModel, '--cloud-model', onDay)]
  if (answers !== undefined) said.push(...readAnswers(answers, onDay))
  if (records !== undefined) {
    const meter = openTrafficMeter()
    const { bad } = await readRecords(records, { strict }, meter.add)
    said.push(meter.told())
    if (bad > 0 && !json) print(`${bad} lines of ${records} are no records and are left out.\n\n`)
  }
  const { missing } = fillFigures(...said)
  if (missing.length > 0)
    said.push(ask === null ? refuse(missing, records) : await askFor(missing, ask, print))
  const { figures } = fillFigures(...said)
  const advice = advise(figures)
  print(json ? `${JSON.stringify({ ...advice, figures })}\n` : adviceText(advice, figures))
}

/** An answers file has the figures by their names, and `cloudModel` in place of the two prices. */
function readAnswers(path: string, onDay: string): readonly SomeFigures[] {
  let answers: unknown
  try {
    answers = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is no JSON' : 'cannot be read'
    throw new NearsideError('bad-options', `--answers: ${path} ${why}.`, { cause, param: '--answers' })
  }
  return answeredFigures(answers, '--answers', onDay)
}

export function answeredFigures(answers: unknown, path: string, onDay: string): readonly SomeFigures[] {
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers))
    throw new NearsideError('bad-options', `${path} is an object of ${figureNames.join(', ')}.`, {
      param: path,
    })
  const { cloudModel, ...rest } = answers as Readonly<Record<string, unknown>>
  const figures: Partial<Record<FigureName, Figure>> = {}
  for (const [name, value] of Object.entries(rest)) {
    const at = `${path}.${name}`
    if (!isFigureName(name))
      throw new NearsideError(
        'bad-options',
        `${at} is no figure; there are cloudModel, ${figureNames.join(', ')}.`,
        { param: at },
      )
    figures[name] = { value: checkedFigure(name, value, at), source: 'given' }
  }
  if (cloudModel !== undefined && typeof cloudModel !== 'string')
    throw new NearsideError('bad-options', `${path}.cloudModel is the name of a model.`, { param: path })
  return [figures, cloudFigures(cloudModel, `${path}.cloudModel`, onDay)]
}

function cloudFigures(model: string | undefined, path: string, onDay: string): SomeFigures {
  if (model === undefined) return {}
  const price = priceOf(model, onDay)
  if (price === null)
    throw new NearsideError(
      'bad-options',
      `${path}: no price of ${model} is known. Say it by ${flagOf('cloudPromptUsd')} and ${flagOf('cloudOutputUsd')}, in dollars a million tokens.`,
      { param: path },
    )
  const figure = (rate: number): Figure => ({
    value: rate / 1_000,
    source: 'given',
    note: `${model}, its list price`,
  })
  return { cloudPromptUsd: figure(price.prompt), cloudOutputUsd: figure(price.output) }
}

function refuse(missing: readonly FigureName[], records: string | undefined): never {
  const lines = missing.map((name) => `  ${flagOf(name).padEnd(20)} ${figureTerms[name].question}`)
  const why = records === undefined ? 'To advise' : `The records do not tell all; to advise`
  throw new NearsideError('bad-options', `${why}, these are needed:\n${lines.join('\n')}\n${usage}`, {
    param: flagOf(missing[0] ?? 'requestsPerDay'),
  })
}

async function askFor(
  missing: readonly FigureName[],
  ask: (question: string) => Promise<string>,
  print: (text: string) => void,
): Promise<SomeFigures> {
  const figures: Partial<Record<FigureName, Figure>> = {}
  for (const name of missing) {
    while (figures[name] === undefined) {
      const answer = await ask(`${figureTerms[name].question} `)
      try {
        figures[name] = { value: checkedFigure(name, answer, name), source: 'given' }
      } catch (error) {
        if (!(error instanceof NearsideError)) throw error
        print(`${error.message}\n`)
      }
    }
  }
  return figures
}

function readWords(words: readonly string[]) {
  const { values } = parsed(words)
  const { records, answers, json = false, strict = false, 'cloud-model': cloudModel } = values
  const given: Partial<Record<FigureName, Figure>> = {}
  for (const name of figureNames) {
    const value = values[flagOf(name).slice(2)]
    if (value !== undefined)
      given[name] = { value: checkedFigure(name, value, flagOf(name)), source: 'given' }
  }
  const text = (value: string | boolean | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined
  return {
    given,
    records: text(records),
    answers: text(answers),
    cloudModel: text(cloudModel),
    strict: strict === true,
    json: json === true,
  }
}

function parsed(words: readonly string[]): {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
} {
  const figures = Object.fromEntries(
    figureNames.map((name) => [flagOf(name).slice(2), { type: 'string' as const }]),
  )
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        ...figures,
        records: { type: 'string' },
        answers: { type: 'string' },
        'cloud-model': { type: 'string' },
        strict: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    })
    return { values: values as Readonly<Record<string, string | boolean | undefined>> }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NearsideError('bad-options', `${why.replace(/\.$/, '')}.\n${usage}`, { cause })
  }
}
