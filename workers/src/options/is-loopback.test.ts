import { expect, it } from 'vitest'
import { isLoopback } from './is-loopback.ts'

it('knows this machine by its own names and addresses alone', () => {
  for (const host of ['localhost', 'LocalHost', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1'])
    expect([host, isLoopback(host)]).toEqual([host, true])
  for (const host of [
    '',
    '0.0.0.0',
    '::',
    '127.evil.com',
    '127.0.0.1.evil.com',
    'localhost.evil.com',
    '::ffff:10.0.0.1',
  ])
    expect([host, isLoopback(host)]).toEqual([host, false])
})
