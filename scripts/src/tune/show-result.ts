/** What was found, as lines for a terminal. */
import type { Kept } from './objectives.ts'
import type { TuneResult } from './result.ts'

export function showResult(result: TuneResult): string {
  const { chosen, strongQuality, requests, tasks, spent } = result
  const { reporting } = chosen
  const [low, high] = reporting.intervals?.ofStrong ?? [Number.NaN, Number.NaN]
  const lines = [
    `Chosen on ${requests.choosing} requests, reported on ${requests.reporting} others (${result.measuredOn}).`,
    '',
    `  quality       ${reporting.quality.toFixed(3)}, ${percent(reporting.quality / strongQuality)} of the strong model's (${percent(low)} to ${percent(high)})`,
    `  strong calls  ${percent(reporting.strongShare)}${chosen.strongShareByLot === null ? '' : `; at random ${percent(chosen.strongShareByLot)}`}`,
    ...(reporting.usd === null ? [] : [`  cost          $${reporting.usd.toPrecision(3)} a request`]),
    ...(reporting.joules === null ? [] : [`  energy        ${reporting.joules.toPrecision(3)} J a request`]),
    ...(reporting.p95Ms === null ? [] : [`  95 of 100     within ${Math.round(reporting.p95Ms)} ms`]),
    '',
    ...chosen.kept.map((one) => `  ${keptText(one)}`),
    '',
    ...tasks.map(
      ({ task, rule, figures }) =>
        `  ${(task ?? 'every other kind').padEnd(18)} ${rule.padEnd(22)} ${String(figures.requests).padStart(6)} requests, quality ${figures.quality.toFixed(3)}, strong ${percent(figures.strongShare)}`,
    ),
  ]
  if (spent !== null)
    lines.push(
      '',
      `  Spent $${spent.usd.toPrecision(3)} of $${spent.limitUsd}: ${spent.calls} calls, ${spent.remembered} answers were remembered; ${spent.runs} of ${spent.exhaustiveRuns} runs.`,
    )
  if (spent?.limitReached === true)
    lines.push('  The spending limit was reached: this is what was found until then.')
  return `${lines.join('\n')}\n`
}

export function keptText({ objective, wanted, found, met, missedBy }: Kept): string {
  const inUnits = (value: number): string => {
    switch (objective) {
      case 'quality':
        return percent(value)
      case 'cost':
        return `$${Number(value.toPrecision(3))}`
      case 'energy':
        return `${value.toPrecision(3)} J`
      case 'latency':
        return `${Math.round(value)} ms`
    }
  }
  const asked = `${objective} ${objective === 'quality' ? 'of at least' : 'of at most'} ${inUnits(wanted)}`
  if (found === null) return `not known: ${asked}; not every record tells it`
  if (met) return `met: ${asked} (${inUnits(found)})`
  return `missed: ${asked} (${inUnits(found)}, by ${objective === 'quality' ? `${(100 * (missedBy ?? 0)).toFixed(1)} points` : inUnits(missedBy ?? 0)})`
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
