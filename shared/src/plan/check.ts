/** Small checks of what an operator wrote, each with the path of what is wrong. */
import { unknownName } from '../fault/near-name.ts'
import { NearsideError } from '../fault/nearside-error.ts'

export function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}`, { param: path })
}

/** A value beside an error: short, and readable for a list or an object too. */
export function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

export function checkObject(value: unknown, path: string, keys: readonly string[]): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(path, `is an object, but was ${shown(value)}`)
  }
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw wrong(`${path}.${key}`, unknownName('a setting', key, keys))
  }
}

export function checkWord(value: unknown, path: string, words: readonly string[]): void {
  if (typeof value === 'string' && words.includes(value)) return
  const list = words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}`
  throw wrong(path, `is ${list}, but was ${shown(value)}`)
}

export function checkShare(value: unknown, path: string): void {
  checkNumber(value, path, 0, 1)
}

export function checkNumber(value: unknown, path: string, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return
  throw wrong(path, `lies between ${least} and ${most}, but was ${shown(value)}`)
}

export function checkWhole(value: unknown, path: string, unit: string): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return
  throw wrong(path, `is a whole number of ${unit} from 1, but was ${shown(value)}`)
}

export function checkWords(value: unknown, path: string, words: readonly string[]): void {
  if (!Array.isArray(value)) throw wrong(path, `is a list, but was ${shown(value)}`)
  for (const [index, word] of value.entries()) {
    checkWord(word, `${path}[${index}]`, words)
    if (value.indexOf(word) !== index) throw wrong(`${path}[${index}]`, `is there twice: ${shown(word)}`)
  }
}
