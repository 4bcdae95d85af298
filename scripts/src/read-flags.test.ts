import { describe, expect, it } from 'vitest'
import { readFlags } from './read-flags.ts'

const defaults = { host: '127.0.0.1', port: 8787, 'runtime-port': 8788 }

describe('flags', () => {
  it('have their defaults, and take a value each', () => {
    expect(readFlags([], defaults)).toEqual(defaults)
    expect(readFlags(['--runtime-port', '0', '--host', '::1'], defaults)).toEqual({
      host: '::1',
      port: 8787,
      'runtime-port': 0,
    })
  })

  it('may have their value after an equals sign, which the value itself may hold', () => {
    expect(readFlags(['--port=0', '--host=a=b', '--runtime-port', '1'], defaults)).toEqual({
      host: 'a=b',
      port: 0,
      'runtime-port': 1,
    })
  })

  it('are listed with those that somebody else has read', () => {
    expect(() => readFlags(['--pul'], defaults, ['pull'])).toThrow(
      'There is no --pul; there is --host, --port, --runtime-port, --pull.',
    )
  })

  it('are refused by their name where there is no such flag, no value or no port', () => {
    for (const [words, says] of [
      [['--prot', '1'], '--prot'],
      [['port', '1'], 'There is no port'],
      [['--port'], '--port needs a value'],
      [['--port', '65536'], '--port is a whole number'],
      [['--port', '1.5'], '--port is a whole number'],
      [['--port='], '--port is a whole number'],
      [['--prot=1'], 'There is no --prot=1'],
      [['--', '1'], 'There is no --'],
      [['--port', ''], '--port is a whole number'],
      [['--toString', '1'], 'There is no --toString'],
    ] as const)
      expect(() => readFlags(words, defaults)).toThrow(says)
  })
})
