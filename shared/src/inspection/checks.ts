/** Small checks of rules that say the path of what is wrong. */
import { NearsideError } from '../fault/nearside-error.ts'

/** Zero would be reached by every text. */
export function isShare(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= 1
}

export function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-options', `${path} ${what}.`, { param: path })
}
