/** Reads `--name value` and `--name=value` against their defaults; a number's default makes a flag a port or a count. */
import { NearsideError } from '@nearside/core'

export function readFlags<T extends Readonly<Record<string, string | number>>>(
  words: readonly string[],
  defaults: T,
  /** Flags that the caller has read already, by name: told to whoever asks for one that there is not. */
  alsoKnown: readonly string[] = [],
): T {
  const flags: Record<string, string | number> = { ...defaults }
  // A value may begin with dashes or hold an equals sign, so only what stands where a flag may stand is divided.
  const left = [...words]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name = '', joined] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
    if (!Object.hasOwn(defaults, name)) {
      const known = [...Object.keys(defaults), ...alsoKnown].map((flag) => `--${flag}`)
      throw new NearsideError(
        'bad-options',
        `There is no ${word}; there ${known.length === 0 ? 'are no flags' : `is ${known.join(', ')}`}.`,
      )
    }
    const value = joined ?? left.shift()
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
