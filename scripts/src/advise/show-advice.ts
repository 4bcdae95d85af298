/** An advice as text for people: the verdict, what speaks for and against, the arithmetic, and where each figure is from. */
import { tableOf } from '../budget/show-table.ts'
import { type Advice, type Criterion, neededCriteria } from './advise.ts'
import { type FigureName, type Figures, figureNames, figureTerms, flagOf } from './figures.ts'

export function adviceText(advice: Advice, figures: Figures): string {
  return [
    `${verdictText(advice)}\n`,
    criteriaText(advice),
    `How volume is judged\n\n${arithmeticText(advice, figures)}`,
    `What it rests on\n\n${figuresText(figures)}`,
  ].join('\n')
}

export function verdictText({ verdict, met, confinedAnyway }: Advice): string {
  const count = `${met} of 4 ${met === 1 ? 'speaks' : 'speak'} for a model of your own, and ${neededCriteria} are needed.`
  if (verdict === 'hybrid') return `Hybrid is worth it: ${count}`
  const anyway = confinedAnyway
    ? ' What must not leave still has to be answered on your premises, or refused: that is no question of money.'
    : ''
  return `Stay with the cloud: ${count}${anyway}`
}

export function criteriaText({ criteria }: Pick<Advice, 'criteria'>): string {
  const rows = criteria.map((criterion) => [
    criterion.name,
    criterion.met ? 'yes' : 'no',
    sayingOf(criterion),
  ])
  return tableOf(['criterion', 'met', 'because'], rows, [])
}

function sayingOf({ name, value, bar }: Criterion): string {
  switch (name) {
    case 'latency':
      return value === 0
        ? 'nobody asks for a time'
        : `an answer must begin within ${count(value)} ms; under ${count(bar ?? 0)} speak for it`
    case 'sensitivity':
      return `${percent(value)} must not leave; from ${percent(bar ?? 0)} on it speaks for it`
    case 'volume':
      return bar === null
        ? `nodes would be busy ${percent(value)} of the time; the cloud costs no more than their power, so nothing breaks even`
        : `nodes would be busy ${percent(value)} of the time; they break even at ${percent(bar)}`
    case 'easy requests':
      return `${percent(value)} are easy; from ${percent(bar ?? 0)} on it speaks for it`
  }
}

/** Each line is what is computed, how, and what it comes to. */
export function arithmeticText({ volume }: Pick<Advice, 'volume'>, figures: Figures): string {
  const of = (name: FigureName): string => count(figures[name].value)
  const v = volume
  const byWatts =
    figures.joulesPerRequest.value > 0
      ? 'as told'
      : `${number(v.nodeSeconds)} s × (${of('busyWatts')} − ${of('idleWatts')}) W`
  const saved = `${usd(v.cloudPerRequest * v.requestsPerBusyHour)} − ${usd(v.energyPerRequest * v.requestsPerBusyHour)}`
  const rows: readonly (readonly [string, string, string])[] = [
    ['easy requests', `${of('requestsPerDay')} × ${of('easyShare')}`, `${count(v.nearPerDay)} a day`],
    [
      'time of a node',
      `${of('promptTokens')} / ${of('nodePromptTokensPerSecond')} + ${of('outputTokens')} / ${of('nodeOutputTokensPerSecond')} tokens/s`,
      `${number(v.nodeSeconds)} s a request`,
    ],
    [
      'mean load',
      `${count(v.nearPerDay)} × ${number(v.nodeSeconds)} s / 86,400 s`,
      `${number(v.meanLoad)} nodes`,
    ],
    ['busiest hour', `${number(v.meanLoad)} × ${of('peakToMean')}`, `${number(v.peakLoad)} nodes`],
    ['nodes to buy', `${number(v.peakLoad)} / ${of('busyAtPeak')}, rounded up`, `${count(v.nodes)}`],
    [
      'wait at the peak',
      `${number(v.peakLoad)} / ${count(v.nodes)} busy, as M/M/1`,
      `${number(v.waitAtPeak)} × a call’s own time`,
    ],
    ['utilisation', `${number(v.meanLoad)} / ${count(v.nodes)}`, percent(v.utilisation)],
    ['hardware', `$${of('nodeUsd')} / (${of('years')} × 8,760 h)`, `${usd(v.hardwarePerHour)} an hour`],
    ['idle power', `${of('idleWatts')} W × $${of('kwhUsd')}/kWh`, `${usd(v.idlePowerPerHour)} an hour`],
    ['upkeep', `$${of('upkeepUsdPerMonth')} × 12 / 8,760 h`, `${usd(v.upkeepPerHour)} an hour`],
    [
      'fixed, a node',
      `${usd(v.hardwarePerHour)} + ${usd(v.idlePowerPerHour)} + ${usd(v.upkeepPerHour)}`,
      `${usd(v.fixedPerHour)} an hour`,
    ],
    ['energy', byWatts, `${number(v.joules)} J a request`],
    [
      'its price',
      `${number(v.joules)} J / 3,600,000 × $${of('kwhUsd')}/kWh`,
      `${usd(v.energyPerRequest)} a request`,
    ],
    [
      'the cloud',
      `${of('promptTokens')} × $${of('cloudPromptUsd')} + ${of('outputTokens')} × $${of('cloudOutputUsd')} a million`,
      `${usd(v.cloudPerRequest)} a request`,
    ],
    ['a busy hour', `3,600 s / ${number(v.nodeSeconds)} s`, `${number(v.requestsPerBusyHour)} requests`],
    ['it saves', saved, `${usd(v.requestsPerBusyHour * (v.cloudPerRequest - v.energyPerRequest))} an hour`],
    [
      'break-even',
      `${usd(v.fixedPerHour)} / what it saves`,
      v.breakEven === null ? 'never' : `${percent(v.breakEven)} of the time`,
    ],
    [
      'near, a day',
      `${count(v.nodes)} × 24 × ${usd(v.fixedPerHour)} + ${count(v.nearPerDay)} × ${usd(v.energyPerRequest)}`,
      usd(v.nearCostPerDay),
    ],
    ['cloud, a day', `${count(v.nearPerDay)} × ${usd(v.cloudPerRequest)}`, usd(v.cloudCostPerDay)],
  ]
  return tableOf(['what', 'how', 'comes to'], rows, [])
}

function figuresText(figures: Figures): string {
  const rows = figureNames.map((name) => {
    const { value, source, note } = figures[name]
    const { unit } = figureTerms[name]
    const shown = `${count(value)}${unit === '' ? '' : ` ${unit}`}`
    return [name, shown, note === undefined ? source : `${source}: ${note}`, flagOf(name)]
  })
  return tableOf(['figure', 'value', 'from', 'said by'], rows, [])
}

function count(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 4 })
}

/** Four digits that count. */
function number(value: number): string {
  return value.toLocaleString('en-GB', { maximumSignificantDigits: 4 })
}

function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-GB', { maximumSignificantDigits: 3 })} %`
}

function usd(nano: number): string {
  const dollars = nano / 1e9
  const digits =
    Math.abs(dollars) >= 1
      ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
      : { maximumSignificantDigits: 4 }
  return `$${dollars.toLocaleString('en-GB', digits)}`
}
