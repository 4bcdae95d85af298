/**
 * The evaluation card: a page that says what the model was trained on, what it is good for, and how good, with the plots
 * that a reader would ask for. Written by training, from the figures of rows that the model had not seen.
 */
import { abstainWords, cardProvenance, cardPurpose, cardStyle, routingWords } from './card-words.ts'
import type { FoldFigures } from './fold-figures.ts'
import { escaped, plotSvg } from './svg.ts'
import type { TrainFigures } from './train.ts'

export function cardPage({ model, folds, abstain, tasks }: TrainFigures): string {
  const body = [
    '<h1>The classifier</h1>',
    model === null
      ? ''
      : `<p><code>${model.sha256}</code>, ${(model.bytes / 1e6).toFixed(2)} MB of ONNX.</p>`,
    cardPurpose,
    cardProvenance,
    '<h2>Who should answer</h2>',
    routingTable(folds),
    routingWords,
    ...Object.entries(folds).map(([name, figures]) => sourcePlots(name, figures)),
    abstain.length === 0 ? '' : `<h2>Never seen this</h2>${abstainTable(abstain)}${abstainWords}`,
    tasks === null ? '' : `<h2>Kinds of task, on sources left out of training</h2>${taskTables(tasks)}`,
  ]
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>The classifier: evaluation card</title>\n<style>${cardStyle}</style>\n${body.join('\n')}\n</html>\n`
}

/** From RouteLLM's paper (arXiv 2406.18665v4), its best router on each. */
const published: Readonly<Record<string, string>> = {
  mmlu: '0.603 / 0.354 / 0.716',
  gsm8k: '0.622 / 0.336 / 0.633',
}

function routingTable(folds: TrainFigures['folds']): string {
  const rows = Object.entries(folds).map(([name, f]) => [
    name,
    String(f.n),
    f.apgr.toFixed(3),
    f.cpt50.toFixed(3),
    f.cpt80.toFixed(3),
    f.strongShareFor95.toFixed(3),
    f.lostPerKeptAtHalf.toFixed(3),
    f.ece.toFixed(3),
    f.unknown.toFixed(3),
    '0.500',
    f.baselines.length.toFixed(3),
    f.baselines.domainLookup?.toFixed(3) ?? '',
    published[name] ?? '',
  ])
  return table(
    [
      'set',
      'n',
      'APGR',
      'CPT50',
      'CPT80',
      'large for 95 %',
      'lost per kept at half',
      'ECE',
      'unknown',
      'random',
      'length',
      'true subject',
      'RouteLLM best: APGR / CPT50 / CPT80',
    ],
    rows,
  )
}

function sourcePlots(name: string, { bins, curve }: FoldFigures): string {
  const qualities = curve.map((point) => point.quality)
  const bounds = { low: Math.min(...qualities), high: Math.max(...qualities) }
  const ends = [curve[0]!, curve.at(-1)!] as const
  return `<h3>${escaped(name)}</h3><div class="plots">${plotSvg({
    title: 'Reliability',
    across: 'said: the small model is good enough',
    up: 'true',
    bounds: { low: 0, high: 1 },
    lines: [
      {
        name: 'perfect',
        colour: '#999',
        dashed: true,
        points: [
          [0, 0],
          [1, 1],
        ],
      },
      { name: 'fifteen bins', colour: '#06c', dots: true, points: bins.map((bin) => [bin.said, bin.true]) },
    ],
  })}${plotSvg({
    title: 'Cost and quality',
    across: 'share of calls for the large model',
    up: 'mean quality',
    bounds,
    lines: [
      {
        name: 'at random',
        colour: '#999',
        dashed: true,
        points: ends.map((point) => [point.share, point.quality]),
      },
      {
        name: 'by the classifier',
        colour: '#06c',
        dots: true,
        points: curve.map((point) => [point.share, point.quality]),
      },
    ],
  })}</div>`
}

function abstainTable(rows: TrainFigures['abstain']): string {
  return table(
    ['left out', 'n', 'abstains', 'abstains in domain', 'APGR of all', 'APGR of the rest', 'rest'],
    rows.map((row) => [
      row.source,
      String(row.n),
      row.abstains.toFixed(3),
      row.abstainsInDomain.toFixed(3),
      row.apgrOfAll.toFixed(3),
      row.apgrOfRest?.toFixed(3) ?? 'too few',
      String(row.restN),
    ]),
  )
}

function taskTables({
  perSource,
  exact,
  mapped,
  mappedBySource,
  confusion,
}: NonNullable<TrainFigures['tasks']>): string {
  const kinds = [
    ...new Set([...Object.keys(confusion), ...Object.values(confusion).flatMap(Object.keys)]),
  ].sort()
  return [
    `<p>Of all rows ${exact.toFixed(3)} are named exactly and ${mapped.toFixed(3)} by the map of names; the mean over sources is ${mappedBySource.toFixed(3)}.</p>`,
    table(
      ['source', 'n', 'exact', 'mapped'],
      Object.entries(perSource).map(([source, f]) => [
        source,
        String(f.n),
        f.exact.toFixed(3),
        f.mapped.toFixed(3),
      ]),
    ),
    '<p>Rows: the true kind; columns: what was said.</p>',
    table(
      ['', ...kinds],
      kinds.map((kind) => [kind, ...kinds.map((said) => String(confusion[kind]?.[said] ?? ''))]),
    ),
  ].join('\n')
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<div class="wide"><table>${line(heads, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table></div>`
}
