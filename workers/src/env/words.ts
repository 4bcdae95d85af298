/** How a variable's text is read as a list or as pairs, and refused by its name. */
import { NearsideError } from '@nearside/core'

export function words(list: string): readonly string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

export function pairs(list: string, name: string): readonly (readonly [string, string])[] {
  return words(list).map((word) => {
    const at = word.indexOf('=')
    if (at < 1) throw wrong(name, 'is pairs of name=value, separated by commas')
    return [word.slice(0, at).trim(), word.slice(at + 1).trim()] as const
  })
}

/** Whether a header can carry it as it is. */
export function isSecret(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

export function wrong(name: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${name} ${what}${what.endsWith('?') ? '' : '.'}`, { param: name })
}
