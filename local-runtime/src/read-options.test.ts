import { expect, it } from 'vitest'
import { defaultSettings } from './options.ts'
import { isLoopback, readSettings, resolveOptions } from './read-options.ts'

it('fills in the defaults', () => {
  expect(resolveOptions({ port: 1_234 })).toMatchObject({ ...defaultSettings, port: 1_234 })
})

it('TRUST 33: listens on loopback unless told otherwise, and beyond it only with a secret', () => {
  expect(isLoopback(defaultSettings.host)).toBe(true)
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'gateway.example', '127.0.0.1.example']) {
    expect(() => resolveOptions({ host })).toThrow('a secret is required')
    expect(resolveOptions({ host, secret: 'a-long-enough-secret' }).host).toBe(host)
  }
})

it('TRUST 31: refuses settings it does not know or cannot use, with their path and what would be right', () => {
  expect(() => readSettings({ prot: 1 }, 'node.json')).toThrow(
    /^node\.json: there is no setting prot; there are model/,
  )
  expect(() => readSettings({ slots: 0 }, 'node.json')).toThrow(
    'node.json: slots must be a whole number from 1 to 64.',
  )
  expect(() => readSettings({ maxWaiting: '8' }, 'node.json')).toThrow('maxWaiting must be a whole number')
  expect(() => readSettings({ secret: 'short' }, 'node.json')).toThrow(
    'secret must be at least 16 characters',
  )
  expect(() => readSettings([], 'node.json')).toThrow('expected an object')
})

it('never repeats a secret that it refuses', () => {
  expect(() => readSettings({ secret: 'tell nobody' }, 'options')).toThrow(/^((?!tell nobody).)*$/)
})
