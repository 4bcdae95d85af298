/** The page docs/reference.md: every option, variable, header and error, as the code has them. */
import { errorAnswer, NearsideError, type NearsideErrorCode } from '@nearside/core'
import { type Entry, readEntries, typesIn } from './read-entries.ts'

/** Reads a file by its path in the repository. */
export type Read = (path: string) => string

const optionsFile = 'workers/src/options/options.ts'

/** What options are made of that is declared elsewhere. */
const elsewhere: readonly (readonly [type: string, path: string])[] = [
  ['Policy', 'shared/src/plan/policy.ts'],
  ['TaskPolicy', 'shared/src/plan/policy.ts'],
  ['DomainTerms', 'shared/src/plan/domain-table.ts'],
  ['CapTerms', 'shared/src/budget/cap.ts'],
  ['LimitTerms', 'shared/src/budget/limits.ts'],
  ['BreakerLimits', 'shared/src/health/breaker.ts'],
  ['QualityOptions', 'workers/src/options/quality-options.ts'],
  ['OtlpOptions', 'workers/src/telemetry/otlp-options.ts'],
]
const headersFile = 'shared/src/wire/header-names.ts'
const reasonsFile = 'shared/src/plan/reason.ts'

export function reference(read: Read): string {
  return `${[
    '# Reference',
    'Made by `npm run reference` from the code, and tested to say the same. What to do with it: [the other pages](README.md).',
    '[Options](#options) · [Variables](#variables) · [Request headers](#request-headers) · [Response headers](#response-headers) · [Errors](#errors) · [Reasons](#reasons)',
    options(read),
    variables(read),
    headers(read),
    errors(read),
    reasons(read),
  ].join('\n\n')}\n`
}

function options(read: Read): string {
  const source = read(optionsFile)
  const own = typesIn(source).filter((type) => type !== 'NearsideOptions')
  const types: readonly (readonly [string, string])[] = [
    ['NearsideOptions', optionsFile],
    ...own.map((type) => [type, optionsFile] as const),
    ...elsewhere,
  ]
  return [
    '## Options',
    `Of \`nearside(options)\`, or of what \`nearside((c) => options)\` gives back ([${optionsFile}](../${optionsFile})). What has no default and is not optional must be said.`,
    ...types.flatMap(([type, path]) => [
      `### ${type}`,
      table(
        ['option', 'type', 'default', 'what it says'],
        readEntries(read(path), type).map((entry) => [
          code(entry.name),
          code(entry.value),
          fallback(entry),
          entry.says,
        ]),
      ),
    ]),
  ].join('\n\n')
}

function fallback({ byDefault, optional }: Entry): string {
  return byDefault ?? (optional ? '' : '*needed*')
}

function variables(read: Read): string {
  const entries = readEntries(read('workers/src/env/settings.ts'), 'Settings')
  return [
    '## Variables',
    'Of the standalone gateway, on Workers (`wrangler.toml`, and `npx wrangler secret put` for what is secret) and on Node (`nearside serve`). A variable that begins with `NEARSIDE_` and is not here is refused.',
    table(
      ['variable', 'default', 'what it says'],
      entries.map((entry) => [code(entry.name), entry.byDefault ?? '', entry.says]),
    ),
  ].join('\n\n')
}

function headers(read: Read): string {
  const source = read(headersFile)
  const rows = (declared: string): string =>
    table(
      ['header', 'what it says'],
      readEntries(source, declared).map((entry) => [code(entry.value), entry.says]),
    )
  return [
    '## Request headers',
    'Beside `authorization`. What begins with `x-nearside-` never goes upstream.',
    rows('requestHeaders'),
    '## Response headers',
    rows('responseHeaders'),
    'A local node says more to its gateway, which keeps it to itself:',
    rows('nodeHeaders'),
  ].join('\n\n')
}

function errors(read: Read): string {
  const entries = readEntries(read('shared/src/fault/nearside-error.ts'), 'NearsideErrorCode')
  const rows = entries.map(({ name, says }) => {
    const { status, headers: told, body } = errorAnswer(new NearsideError(name as NearsideErrorCode, says))
    const { error } = JSON.parse(body) as { error: { code: string; type: string } }
    return { status, cells: [String(status), code(error.code), code(error.type), again(status, told), says] }
  })
  return [
    '## Errors',
    'Always `{"error":{"message","type","param","code"}}`. OpenAI’s clients ask again by themselves after 408, 409, 429 and every 5xx, unless they are told not to.',
    table(
      ['status', 'code', 'type', 'asked again', 'when'],
      rows.toSorted((a, b) => a.status - b.status).map(({ cells }) => cells),
    ),
  ].join('\n\n')
}

function again(status: number, told: Readonly<Record<string, string>>): string {
  if (told['x-should-retry'] === 'false') return 'no'
  const seconds = told['retry-after']
  if (seconds !== undefined) return `after ${seconds} s, or as long as it says`
  return [408, 409, 429].includes(status) || status >= 500 ? 'yes' : 'no'
}

function reasons(read: Read): string {
  const source = read(reasonsFile)
  const rows = (declared: string): string =>
    table(
      ['word', 'when'],
      readEntries(source, declared).map((entry) => [code(entry.name), entry.says]),
    )
  return [
    '## Reasons',
    'Of `x-nearside-reason`, why a request goes where it goes:',
    rows('reasons'),
    'Of `x-nearside-degraded`, why an answer is worse than wished:',
    rows('degradations'),
    'Why nothing may serve a request:',
    rows('refusals'),
  ].join('\n\n')
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}
