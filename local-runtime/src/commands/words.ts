/** Reads what was typed after a command's name. What a command does not know is refused by name. */
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'

export type Words = {
  readonly positionals: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
}

export type Grammar = {
  readonly command: string
  /** As in the help: `pull MODEL`. */
  readonly usage: string
  readonly positionals: readonly [least: number, most: number]
  /** Flags that are followed by a value. */
  readonly values: readonly string[]
  /** Flags that stand alone. */
  readonly switches: readonly string[]
}

export function readWords(args: readonly string[], grammar: Grammar): Words {
  const values = ['models', ...grammar.values]
  const switches = ['json', ...grammar.switches]
  const options = Object.fromEntries([
    ...values.map((name) => [name, { type: 'string' as const }]),
    ...switches.map((name) => [name, { type: 'boolean' as const }]),
  ])
  let words: Words
  try {
    const parsed = parseArgs({ args: [...args], allowPositionals: true, options })
    words = { positionals: parsed.positionals, flags: parsed.values as Words['flags'] }
  } catch (cause) {
    throw wrong(grammar, cause instanceof Error ? `${cause.message.split('. ')[0]}.` : '')
  }
  const [least, most] = grammar.positionals
  if (words.positionals.length < least) throw wrong(grammar, 'A model is missing.')
  if (words.positionals.length > most)
    throw wrong(grammar, `There is a word too many: ${words.positionals[most]}.`)
  return words
}

/** A flag that is a whole number of at least one; `fallback` where it was not given. */
export function wholeNumber(words: Words, name: string, fallback: number): number {
  const given = words.flags[name]
  if (typeof given !== 'string') return fallback
  if (/^[1-9]\d{0,6}$/.test(given)) return Number(given)
  throw new NearsideError('bad-options', `--${name} is a whole number from 1.`, { param: name })
}

export function textFlag(words: Words, name: string): string | null {
  const given = words.flags[name]
  return typeof given === 'string' ? given : null
}

function wrong({ command, usage, values, switches }: Grammar, what: string): NearsideError {
  const flags = ['models', ...values, 'json', ...switches].map((name) => `--${name}`).join(', ')
  const secret = /token/i.test(what) ? ' A token is given as HF_TOKEN or NEARSIDE_HUB_TOKEN.' : ''
  return new NearsideError(
    'bad-options',
    `${what} nearside-runtime ${command} takes ${usage}, and ${flags}.${secret}`,
  )
}
