/** Reads the words of `nearside tune`, and says which of them is wrong. */
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'
import { flagFault } from '../flag-fault.ts'
import type { Objectives } from './objectives.ts'

export type TuneWords = {
  readonly tasks: string | null
  readonly outcomes: string | null
  readonly data: string | null
  readonly set: string
  /** Where the policy, the page and the answers are kept. */
  readonly out: string
  readonly objectives: Objectives
  readonly maxSpendUsd: number | null
  /** Dollars for a million tokens of prompt and of answer. */
  readonly frontierPrice: { readonly prompt: number; readonly output: number } | null
  readonly localPrice: { readonly prompt: number; readonly output: number } | null
  readonly outputTokens: number
  readonly gateway: string | null
  /** A module that checks answers. */
  readonly checker: string | null
  readonly seed: number
  readonly json: boolean
}

export function readWords(words: readonly string[]): TuneWords {
  const values = parsed(words)
  const sources = ['tasks', 'outcomes', 'data'].filter((name) => values[name] !== undefined)
  if (sources.length !== 1)
    throw wrong(
      'tune reads one of --tasks FILE (asks the tiers at hand), --outcomes FILE (records), --data DIR (public outcomes, out of fold), --environment NAME (designs for agents)',
    )
  const text = (name: string): string | null => (values[name] as string | undefined) ?? null
  const number = (name: string, least: number, most: number): number | null => {
    const said = text(name)
    if (said === null) return null
    const value = Number(said)
    if (said.trim() !== '' && value >= least && value <= most) return value
    throw wrong(`--${name} is a number from ${least} to ${most}, but was ${said}`)
  }
  const maxSpendUsd = number('max-spend', 0, 1e6)
  if (sources[0] === 'tasks' && maxSpendUsd === null)
    throw wrong('--tasks asks models: --max-spend USD says how much that may cost at most')
  return {
    tasks: text('tasks'),
    outcomes: text('outcomes'),
    data: text('data'),
    set: text('set') ?? 'mmlu',
    out: text('out') ?? 'tuned',
    objectives: {
      quality: number('quality', 0, 1) ?? 0.95,
      ofStrong: values.absolute !== true,
      maxUsd: number('max-cost', 0, 1e6),
      maxJoules: number('max-joules', 0, 1e9),
      p95Ms: number('p95', 1, 3_600_000),
    },
    maxSpendUsd,
    frontierPrice: priceIn('frontier-price', text('frontier-price')),
    localPrice: priceIn('local-price', text('local-price')),
    outputTokens: number('output-tokens', 1, 1e6) ?? (sources[0] === 'tasks' ? 512 : 300),
    gateway: text('gateway'),
    checker: text('checker'),
    seed: number('seed', 0, 2 ** 31) ?? 1,
    json: values.json === true,
  }
}

function parsed(words: readonly string[]): Readonly<Record<string, unknown>> {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...words],
      options: {
        tasks: text,
        outcomes: text,
        data: text,
        set: text,
        out: text,
        quality: text,
        absolute: flag,
        'max-cost': text,
        'max-joules': text,
        p95: text,
        'max-spend': text,
        'frontier-price': text,
        'local-price': text,
        'output-tokens': text,
        gateway: text,
        checker: text,
        seed: text,
        json: flag,
      },
    }).values
  } catch (cause) {
    throw wrong(flagFault(cause))
  }
}

function priceIn(name: string, said: string | null): TuneWords['frontierPrice'] {
  if (said === null) return null
  const [prompt, output, ...more] = said
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (more.length === 0 && prompt !== undefined && output !== undefined && prompt >= 0 && output >= 0)
    return { prompt, output }
  throw wrong(`--${name} is two prices in dollars for a million tokens, of prompt and answer: 2.5,10`)
}

function wrong(message: string): NearsideError {
  return new NearsideError('bad-options', `${message}.`)
}
