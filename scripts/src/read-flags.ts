/** Reads `--name value` pairs against their defaults; a number's default makes a flag a port or a count. */
import { NearsideError } from '@nearside/core'

export function readFlags<T extends Readonly<Record<string, string | number>>>(
  words: readonly string[],
  defaults: T,
): T {
  const flags: Record<string, string | number> = { ...defaults }
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i]?.replace(/^--/, '') ?? ''
    const value = words[i + 1]
    if (!words[i]?.startsWith('--') || !Object.hasOwn(defaults, name)) {
      const known = Object.keys(defaults).map((flag) => `--${flag}`)
      throw new NearsideError(
        'bad-options',
        `There is no ${words[i]}; there ${known.length === 0 ? 'are no flags' : `is ${known.join(', ')}`}.`,
      )
    }
    if (value === undefined) throw new NearsideError('bad-options', `--${name} needs a value.`)
    flags[name] = typeof defaults[name] === 'number' ? wholeNumber(name, value) : value
  }
  return flags as T
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= 65_535) return number
  throw new NearsideError('bad-options', `--${name} is a whole number from 0 to 65535.`)
}
