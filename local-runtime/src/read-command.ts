/**
 * What the command line, the environment and a configuration file ask for, as settings: flags win over the
 * environment, and the environment over the file. What is not known is refused by name wherever it stands.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'
import * as v from 'valibot'
import { isPath } from './catalogue/read-reference.ts'
import { defaultSettings, type Settings } from './options.ts'
import { isSettingName, readSettings, readTextSetting, settingNames } from './read-options.ts'

export type Command =
  | { readonly type: 'help' }
  | { readonly type: 'serve'; readonly settings: Partial<Settings> }

const prefix = 'NEARSIDE_RUNTIME_'

export function readCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  const { flags, verbs } = readFlags(args)
  if (flags.help === true) return { type: 'help' }
  if (verbs[0] !== 'serve') {
    const what = verbs[0] === undefined ? 'A command is missing' : `There is no command ${verbs[0]}`
    throw new NearsideError(
      'bad-options',
      `${what}: nearside-runtime serve serves a model, and --help names the other commands.`,
    )
  }
  if (verbs.length > 2) {
    throw new NearsideError(
      'bad-options',
      `serve takes one model or none, so ${verbs[2]} is a word too many.`,
    )
  }

  const file = typeof flags.config === 'string' ? flags.config : env[`${prefix}CONFIG`]
  const settings: Partial<Settings> = {
    ...(file === undefined ? {} : readFile(file)),
    ...readEnvironment(env),
  }
  for (const [flag, value] of Object.entries(flags)) {
    const name = camelCase(flag)
    if (isSettingName(name) && typeof value === 'string') {
      Object.assign(settings, readTextSetting(name, value, `--${flag}`))
    }
  }
  if (verbs[1] !== undefined) Object.assign(settings, readTextSetting('model', verbs[1], 'serve MODEL'))
  return { type: 'serve', settings }
}

/** A secret is no flag: other users of a machine can read command lines. */
const secrets: ReadonlySet<string> = new Set<keyof Settings>(['secret', 'upstreamSecret'])
const flagNames: readonly string[] = settingNames.filter((name) => !secrets.has(name)).map(kebabCase)

function readFlags(args: readonly string[]): {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly verbs: readonly string[]
} {
  const named = ['config', ...flagNames].map((name) => [name, { type: 'string' }] as const)
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...Object.fromEntries(named), help: { type: 'boolean', short: 'h' } },
    })
    return { flags: values as Record<string, string | boolean | undefined>, verbs: positionals }
  } catch (cause) {
    const unknown = args.find((arg) => arg.startsWith('--') && !isFlag(arg.slice(2).split('=')[0]!))
    const hint =
      unknown?.startsWith('--secret') === true
        ? `A secret is given as ${prefix}SECRET or in the configuration file.`
        : `Flags are ${['--help', '--config', ...flagNames.map((name) => `--${name}`)].join(', ')}.`
    const what = unknown === undefined ? messageOf(cause) : `There is no flag ${unknown.split('=')[0]}.`
    throw new NearsideError('bad-options', `${what} ${hint}`)
  }
}

function isFlag(name: string): boolean {
  return name === 'help' || name === 'config' || flagNames.includes(name)
}

function readEnvironment(env: Readonly<Record<string, string | undefined>>): Partial<Settings> {
  const settings: Partial<Settings> = {}
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || value === undefined || variable === `${prefix}CONFIG`) continue
    const name = camelCase(variable.slice(prefix.length).toLowerCase().replaceAll('_', '-'))
    if (!isSettingName(name)) {
      const known = settingNames.map(variableOf).join(', ')
      throw new NearsideError(
        'bad-options',
        `There is no variable ${variable}; there are ${prefix}CONFIG, ${known}.`,
      )
    }
    Object.assign(settings, readTextSetting(name, value, variable))
  }
  return settings
}

const fileSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()))

function readFile(path: string): Partial<Settings> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NearsideError('bad-options', `The configuration file ${path} cannot be read.`, { cause })
  }
  const result = v.safeParse(fileSchema, text)
  if (!result.success) throw new NearsideError('bad-options', `${path} must be a JSON object of settings.`)
  const settings = readSettings(result.output, path)
  return settings.model === undefined
    ? settings
    : { ...settings, model: modelAsSeenFrom(path, settings.model) }
}

/** A path is meant from where the file lies; a name is a name wherever it stands. */
function modelAsSeenFrom(file: string, model: string): string {
  const path = resolve(dirname(resolve(file)), model)
  return isPath(model) || existsSync(path) || /^[\w.-]+[\\/]/.test(model) ? path : model
}

export function helpText(): string {
  const rows = settingNames.map((name) => {
    const flag = secrets.has(name) ? '' : `--${kebabCase(name)}`
    const value = name === 'model' ? 'the demonstration model' : (defaultSettings[name] ?? 'none')
    return `  ${flag.padEnd(22)}${variableOf(name).padEnd(40)}${value}`
  })
  return [
    'nearside-runtime serve [MODEL] [flags]: serves a small model in the OpenAI format, on this machine.',
    '',
    `  ${'flag'.padEnd(22)}${'environment'.padEnd(40)}default`,
    ...rows,
    `  ${'--config'.padEnd(22)}${`${prefix}CONFIG`.padEnd(40)}none (a JSON file of the settings above, as maxWaiting)`,
    '',
    'Flags win over the environment, the environment over the file.',
    'Beyond loopback a secret is required. The first Ctrl-C lets running answers finish, the second does not.',
    '',
  ].join('\n')
}

function variableOf(name: string): string {
  return prefix + kebabCase(name).replaceAll('-', '_').toUpperCase()
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.message.split('. ')[0]}.` : 'The flags cannot be read.'
}
