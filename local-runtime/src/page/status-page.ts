/** How the server is doing, for a person with a browser: one page without a script, which asks again by itself. */
import type { NodeStanding } from '../telemetry/node-standing.ts'

export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

type Row = readonly [name: string, value: string]

/** Without `detail` it tells no more than the headers of every response do. */
export function statusPage(now: NodeStanding, detail: boolean): string {
  const sections = [section('Load', loadRows(now)), ...(detail ? detailSections(now) : [])]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>${escaped(now.standing)} · nearside local-runtime</title>
<style>${style}</style>
</head>
<body>
<main>
<header><p>nearside local-runtime</p><h1 class="${now.standing === 'ready' ? 'well' : 'unwell'}">${escaped(sentences[now.standing] ?? now.standing)}</h1>
<p>${escaped(now.model === null ? 'No model yet' : `${detail ? `${now.model.name} ` : ''}${now.model.version}`)}</p></header>
${sections.join('\n')}
<footer>${detail ? 'The same for programs: <a href="/v1/load">/v1/load</a>, <a href="/metrics">/metrics</a>.' : 'More is shown to who sends the secret of this server.'} This page asks again every five seconds.</footer>
</main>
</body>
</html>
`
}

const sentences: Readonly<Record<string, string>> = {
  ready: 'Ready',
  loading: 'Loading the model',
  failed: 'The engine could not be started',
  draining: 'Finishing its answers, then it stops',
  squeezed: 'Short of memory: nobody new is admitted',
}

function loadRows(now: NodeStanding): readonly Row[] {
  const { slotsBusy, slots, queue, kv, memory, tokensPerSecond } = now
  return [
    ['Answers running', `${slotsBusy} of ${slots}`],
    ['Waiting', String(queue)],
    ['Context in use', percent(kv)],
    ['Memory in use', percent(memory)],
    [
      'Speed of an answer',
      tokensPerSecond === null ? 'not measured yet' : `${tokensPerSecond.toFixed(1)} tokens/s`,
    ],
  ]
}

function detailSections({ model, engine, pressure, energy, waiting }: NodeStanding): readonly string[] {
  return [
    section('Model', [
      ['In memory', model?.loaded === true ? 'yes' : 'no'],
      ['Context', model === null ? 'unknown' : `${model.contextTokens} tokens`],
      ['Loads', String(model?.loads ?? 0)],
      ['Runs on', engine.standsOn ?? 'nothing yet'],
      ['Engine holds', size(engine.residentBytes)],
      ['Restarts of the engine', String(engine.restarts)],
    ]),
    section('Memory', [
      ['Free', `${size(pressure.availableBytes)} of ${size(pressure.limitBytes)}`],
      ['Tokens kept for reuse', engine.keptTokens === null ? 'unknown' : String(engine.keptTokens)],
      ['Stalled for memory', pressure.stalledPercent === null ? 'unknown' : `${pressure.stalledPercent} %`],
      ['Steps in force', `${pressure.level} of 3`],
      [
        'Steps taken',
        `forgot ${pressure.steps.forget}, closed ${pressure.steps['stop-admitting']}, unloaded ${pressure.steps.unload}`,
      ],
    ]),
    section('Work', [
      ['Waiting, interactive', String(waiting.interactive)],
      ['Waiting, batch', String(waiting.batch)],
      ['Tokens made', String(engine.tokensMade)],
      ['Energy', energy === null ? 'not metered' : `${energy.joules.toFixed(1)} J (${energy.standsOn})`],
    ]),
  ]
}

function section(title: string, rows: readonly Row[]): string {
  const lines = rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
  return `<section><h2>${escaped(title)}</h2><dl>${lines.join('')}</dl></section>`
}

function percent(share: number | null): string {
  return share === null ? 'unknown' : `${Math.round(share * 100)} %`
}

function size(bytes: number | null): string {
  if (bytes === null) return 'unknown'
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.round(bytes / 2 ** 20)} MiB`
}

/** A model's name comes from a file that somebody else may have written. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const style = `
:root { color-scheme: light dark; --ink: #1c1c1a; --soft: #5c5c57; --line: #d9d9d2; --ground: #fbfbf8; --well: #1d6b3a; --unwell: #9a3412 }
@media (prefers-color-scheme: dark) { :root { --ink: #ececE6; --soft: #a3a39c; --line: #3a3a36; --ground: #171715; --well: #7fcf9b; --unwell: #fdba74 } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem; display: grid; gap: 1.5rem 3rem; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)) }
header, footer { grid-column: 1 / -1 }
header p, footer { margin: 0; color: var(--soft); overflow-wrap: anywhere }
h1 { margin: .25rem 0; font-size: 1.75rem; line-height: 1.2 }
h1.well { color: var(--well) } h1.unwell { color: var(--unwell) }
h2 { margin: 0 0 .25rem; font-size: 1rem }
dl { margin: 0; display: grid; grid-template-columns: minmax(9rem, 40%) 1fr; border-top: 1px solid var(--line) }
dt, dd { margin: 0; padding: .4rem .5rem .4rem 0; border-bottom: 1px solid var(--line) }
dt { color: var(--soft) }
dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
a { color: inherit }
`
