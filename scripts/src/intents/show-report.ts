/** A pack's report for people. */
import type { PackReport } from './report.ts'

const mostShown = 12

export function showReport(report: PackReport): string {
  const { pack, intents, examples, outOfScope, weakIntents, confusions, contradictions, misplaced } = report
  return [
    `${pack}: ${intents} intents of ${examples} examples, ${outOfScope} out of scope`,
    '',
    'Asked what they had not seen, as customers will:',
    `  ${percent(report.accuracy)} of the examples are taken for the intent that they are of`,
    `  ${percent(report.coverage)} of them are answered, where ${percent(report.precision)} of all answers have to be right`,
    ...(report.precision === 0.99 ? [] : [`  ${percent(report.coverageAt99)} would be at 99.0 %`]),
    ...(report.outsideAnswered === null
      ? []
      : [
          `  ${percent(report.outsideAnswered)} of the questions about other things are answered, which is wrong`,
        ]),
    ...section(
      'Contradictions: one wording, two intents. None of these is answered by its wording',
      contradictions.map(({ text, places }) => [
        text,
        places.map(({ intent, line }) => `${intent}, line ${line}`).join(' · '),
      ]),
    ),
    ...section(
      'Perhaps misplaced: these speak for another intent so clearly that it would be answered',
      misplaced.map(({ text, line, intent, takenFor }) => [`line ${line}`, text, intent, `→ ${takenFor}`]),
    ),
    ...section(
      'Mixed up most often',
      confusions.map(({ intent, takenFor, times }) => [intent, `→ ${takenFor}`, `${times} ×`]),
    ),
    ...section(
      'Weak intents: more examples, or clearer ones, would help',
      weakIntents.map(({ intent, examples: own, named, answered }) => [
        intent,
        `${own} examples`,
        `${percent(named)} known`,
        `${percent(answered)} answered`,
      ]),
    ),
    '',
  ].join('\n')
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const shown = rows.slice(0, mostShown)
  const left = rows.length - shown.length
  return [
    '',
    `${title}:`,
    ...columnsOf(shown),
    ...(left === 0 ? [] : [`  and ${left} more, in the report as JSON`]),
  ]
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function columnsOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd(),
  )
}
