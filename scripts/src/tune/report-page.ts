/**
 * The report as one page of HTML that a person reads in a minute: what was chosen and whether it keeps what was asked, the
 * frontier that it was chosen from, a row for each kind of task, what was spent, and what all this does not tell.
 *
 * It needs no network and no script, and every text in it is escaped: names of tasks and files are somebody else's.
 */
import { escaped, fact, interval, keyEntry, pageHead, table } from './page-parts.ts'
import { pageStyle } from './page-style.ts'
import { type PlotTerms, plot } from './plot.ts'
import type { Frontier, Point, TaskRow, TuneResult } from './result.ts'
import { keptText, percent } from './show-result.ts'

export function reportPage(result: TuneResult): string {
  const { chosen, objectives, strongQuality } = result
  const { reporting } = chosen
  const by: PlotTerms['by'] = reporting.usd === null ? 'strongShare' : 'usd'
  const wanted = objectives.ofStrong ? objectives.quality * strongQuality : objectives.quality
  const [whole, ...kinds] = result.frontiers
  const near = percent(1 - reporting.strongShare)
  const headline = `${near} of requests stay near, at ${percent(reporting.quality / strongQuality)} of the strong model’s quality`
  return [
    pageHead(result.measuredOn, pageStyle),
    `<h1>${headline}</h1>`,
    `<p class="quiet">Chosen on ${result.requests.choosing} requests and reported on ${result.requests.reporting} others: ${escaped(result.measuredOn)}. Policy ${escaped(chosen.policyHash)}.</p>`,
    '<div class="top"><section>',
    whole === undefined
      ? ''
      : plot({
          frontier: whole,
          chosen: reporting,
          wanted,
          by,
          size: 'large',
          title: 'Quality over cost: the frontier and the chosen policy',
        }) + key(by),
    '</section><section>',
    facts(result),
    `<ul class="kept">${chosen.kept.map((one) => `<li>${verdict(keptText(one))}</li>`).join('')}</ul>`,
    spentText(result),
    '</section></div>',
    '<h2>By kind of task</h2>',
    taskTable(result.tasks),
    kinds.length === 0
      ? ''
      : `<h2>What else could be had, by kind of task</h2><div class="kinds">${kinds.map((one) => kindFigure(one, by)).join('')}</div>`,
    '<h2>What is uncertain</h2>',
    `<ul>${result.uncertain.map((sentence) => `<li>${escaped(sentence)}</li>`).join('')}</ul>`,
    whole === undefined
      ? ''
      : `<details><summary>The frontier as figures</summary>${frontierTable(whole.points)}</details>`,
    `<details><summary>The policy</summary><pre>${escaped(JSON.stringify(chosen.policy, null, 2))}</pre></details>`,
    '</main></body></html>\n',
  ].join('\n')
}

function facts({ chosen, strongQuality, localQuality }: TuneResult): string {
  const { reporting, strongShareByLot } = chosen
  return [
    '<dl class="facts">',
    fact(
      'Quality',
      reporting.quality.toFixed(3),
      `${interval(reporting.intervals?.quality)}; strong ${strongQuality.toFixed(3)}, near ${localQuality.toFixed(3)}`,
    ),
    fact(
      'Strong calls',
      percent(reporting.strongShare),
      strongShareByLot === null
        ? 'of all requests'
        : `at random, for the quality asked: ${percent(strongShareByLot)}`,
    ),
    fact(
      'Cost',
      reporting.usd === null ? 'unknown' : `$${Number((1_000 * reporting.usd).toPrecision(3))}`,
      'a thousand requests',
    ),
    fact(
      'Energy',
      reporting.joules === null ? 'unknown' : `${reporting.joules.toPrecision(3)} J`,
      'a request, on average',
    ),
    fact(
      'Latency',
      reporting.p95Ms === null ? 'unknown' : `${Math.round(reporting.p95Ms)} ms`,
      '95 of 100 are faster',
    ),
    '</dl>',
  ].join('')
}

function verdict(text: string): string {
  const [word = '', ...rest] = text.split(':')
  return `<span class="${word === 'met' ? 'met' : 'missed'}">${escaped(word)}</span>:${escaped(rest.join(':'))}`
}

function spentText({ spent }: TuneResult): string {
  if (spent === null) return '<p class="quiet">Nothing was spent: the outcomes were recorded.</p>'
  const limit = spent.limitReached
    ? ' <span class="missed">The limit was reached</span>: this is what was found until then.'
    : ''
  return `<p>Spent $${spent.usd.toPrecision(3)} of at most $${spent.limitUsd}, in ${spent.calls} calls; ${spent.remembered} answers were remembered. ${spent.runs} runs of ${spent.exhaustiveRuns} that trying everything would take.${limit}</p>`
}

function taskTable(rows: readonly TaskRow[]): string {
  const names = ['Kind', 'Rule', 'Quality', 'Near / strong', 'Strong calls', 'Requests'] as const
  return table(
    names,
    rows.map(({ task, rule, figures, intervals, localQuality, strongQuality }) => [
      task ?? 'every other kind',
      rule,
      `${figures.quality.toFixed(3)} (${interval(intervals.quality)})`,
      `${localQuality.toFixed(3)} / ${strongQuality.toFixed(3)}`,
      percent(figures.strongShare),
      String(figures.requests),
    ]),
    2,
  )
}

function frontierTable(points: readonly Point[]): string {
  const names = [
    'Point',
    'Quality',
    'Of strong',
    'Strong calls',
    'Cost',
    'Energy',
    '95 of 100 within',
  ] as const
  return table(
    names,
    points.map(({ name, quality, intervals, strongShare, usd, joules, p95Ms }) => [
      name,
      `${quality.toFixed(3)} (${interval(intervals?.quality)})`,
      interval(intervals?.ofStrong),
      `${percent(strongShare)} (${interval(intervals?.strongShare)})`,
      usd === null ? 'unknown' : `$${Number((1_000 * usd).toPrecision(3))}`,
      joules === null ? 'unknown' : `${joules.toPrecision(3)} J`,
      p95Ms === null ? 'unknown' : `${Math.round(p95Ms)} ms`,
    ]),
    1,
  )
}

function kindFigure(frontier: Frontier, by: PlotTerms['by']): string {
  const name = escaped(frontier.task ?? 'every other kind')
  const drawn = plot({
    frontier,
    chosen: null,
    wanted: null,
    by,
    size: 'small',
    title: `Quality over cost: ${name}`,
  })
  return `<figure><figcaption>${name}</figcaption>${drawn}</figure>`
}

function key(by: PlotTerms['by']): string {
  const stroke = (name: string): string => `<path class="${name}" d="M0 5H26"/>`
  return [
    '<ul class="key">',
    keyEntry('<circle class="chosen" cx="13" cy="5" r="5"/>', 'chosen'),
    keyEntry(stroke('frontier'), 'what can be had, with its 95 % intervals'),
    keyEntry(stroke('wanted'), 'the quality asked for'),
    by === 'strongShare' ? keyEntry(stroke('lot'), 'at random') : '',
    '</ul>',
  ].join('')
}
