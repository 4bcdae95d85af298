import { parseArgs } from 'node:util'
import { expect, it } from 'vitest'
import { flagFault } from './flag-fault.ts'

const faultOf = (...args: string[]): string => {
  try {
    parseArgs({ args, options: { 'day-usd': { type: 'string' }, json: { type: 'boolean', short: 'j' } } })
    return ''
  } catch (cause) {
    return flagFault(cause)
  }
}

it('names what is wrong, as this version of Node tells it', () => {
  expect(faultOf('--acount', 'acme')).toBe('There is no --acount')
  expect(faultOf('-x')).toBe('There is no -x')
  expect(faultOf('--day-usd')).toBe('--day-usd needs a value')
  expect(faultOf('--day-usd', '-5')).toBe('--day-usd needs a value')
  expect(faultOf('--day-usd', '--json')).toBe('--day-usd needs a value')
  expect(faultOf('--json=yes')).toBe('-j, --json takes no value')
  expect(faultOf('acme')).toBe('acme is a word too many')
})

it('leaves what it does not know as it was said', () => {
  expect(flagFault(new Error('Something else.'))).toBe('Something else')
  expect(flagFault('no error at all')).toBe('no error at all')
})
