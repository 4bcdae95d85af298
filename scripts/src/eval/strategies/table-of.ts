/** The replayed figures as a table of Markdown, as BENCHMARKS.md has it. */
import type { SourceFigures } from './replay.ts'

export function tableOf(figures: Readonly<Record<string, SourceFigures>>): string {
  const lines = [
    '| set (requests; small → large) | strategy | strong calls for 95 % of the large model | APGR | CPT50 / CPT80 |',
    '|---|---|---|---|---|',
  ]
  for (const [source, { requests, small, large, strategies }] of Object.entries(figures)) {
    for (const [name, { strongShareFor95, apgr, cpt50, cpt80 }] of Object.entries(strategies)) {
      const set = name === 'direct' ? `${source} (${requests}; ${digits(small)} → ${digits(large)})` : ''
      const share = `${(100 * strongShareFor95).toFixed(1)} %`
      lines.push(`| ${set} | ${name} | ${share} | ${digits(apgr)} | ${digits(cpt50)} / ${digits(cpt80)} |`)
    }
  }
  return lines.join('\n')
}

function digits(value: number): string {
  return value.toFixed(3)
}
