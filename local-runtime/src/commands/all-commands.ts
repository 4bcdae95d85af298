/** The commands besides `serve`, by name: how each is spelt and what it does. */
import { bench, benchGrammar } from './bench.ts'
import { calibrate, calibrateGrammar } from './calibrate.ts'
import { doctor, doctorGrammar } from './doctor.ts'
import { list, listGrammar } from './list.ts'
import type { Output } from './output.ts'
import { pull, pullGrammar } from './pull.ts'
import { rm, rmGrammar } from './rm.ts'
import { run, runGrammar } from './run.ts'
import { verify, verifyGrammar } from './verify.ts'
import { type Grammar, readWords, type Words } from './words.ts'

type Run = (
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
) => Promise<number>

const commands: readonly { readonly grammar: Grammar; readonly run: Run; readonly help: string }[] = [
  {
    grammar: pullGrammar,
    run: pull,
    help: 'fetches a model, or links one that is here (./folder, ./file.gguf)',
  },
  {
    grammar: listGrammar,
    run: list,
    help: 'shows the models that are here, or with --catalogue those with a name',
  },
  { grammar: rmGrammar, run: rm, help: 'removes a model that nobody serves, or with --force any' },
  { grammar: verifyGrammar, run: verify, help: 'holds files against the hashes they came with' },
  { grammar: runGrammar, run, help: 'one answer, or a conversation in the terminal' },
  { grammar: benchGrammar, run: bench, help: 'measures how fast a model reads and writes here' },
  { grammar: calibrateGrammar, run: calibrate, help: 'learns from FILE what its confidence is worth' },
  { grammar: doctorGrammar, run: doctor, help: 'says what this machine is to a model, and what to mend' },
]

export function isCommand(name: string | undefined): boolean {
  return commands.some(({ grammar }) => grammar.command === name)
}

/** Runs a command and gives its exit code. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const command = commands.find(({ grammar }) => grammar.command === args[0])!
  return command.run(readWords(args.slice(1), command.grammar), env, output, signal)
}

/** All that there is, `serve` first: it is what everything else is for. */
export function overview(): string {
  const rows = commands.map(({ grammar, help }) => [wordsOf(grammar), help] as const)
  return [
    'nearside-runtime COMMAND',
    '',
    ...[
      ['serve [MODEL]', 'serves a small model in the OpenAI format, on this machine'] as const,
      ...rows,
    ].map(([words, help]) => `  ${words.padEnd(24)}${help}`),
    '',
    '`nearside-runtime COMMAND --help` says what a command takes, `--version` which version this is.',
    '',
    ...aboutModels,
    '',
  ].join('\n')
}

/** What one command takes. */
export function commandHelp(name: string): string {
  const { grammar, help } = commands.find(({ grammar: { command } }) => command === name)!
  const flags = [
    ...['models', ...grammar.values].map((flag) => `[--${flag} ${valueNames[flag] ?? 'N'}]`),
    ...['json', ...grammar.switches].map((flag) => `[--${flag}]`),
  ]
  const start = `nearside-runtime ${wordsOf(grammar)}`
  return [`${start} ${flags.join(' ')}`, '', `  ${help}`, '', ...aboutModels, ''].join('\n')
}

/** What stands behind a flag that takes a value. */
const valueNames: Readonly<Record<string, string>> = {
  models: 'FOLDER',
  hub: 'URL',
  system: 'TEXT',
  out: 'FILE',
}

function wordsOf({ command, usage }: Grammar): string {
  const named = usage.includes('MODEL') ? usage.replace(/^a MODEL or none.*/, '[MODEL]') : ''
  return `${command} ${named}`.trim()
}

const aboutModels: readonly string[] = [
  'A MODEL is a short name (smollm2-135m, qwen2.5-1.5b:q4_k_m), a repository (owner/name:q4) or a path (./folder).',
  'All but serve take --json, and --models FOLDER or NEARSIDE_MODELS; pull takes --hub URL or NEARSIDE_HUB_URL, and a',
  'token as HF_TOKEN (sent to huggingface.co only) or NEARSIDE_HUB_TOKEN.',
]
