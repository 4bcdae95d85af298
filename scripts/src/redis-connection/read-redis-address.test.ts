import { isNearsideError } from '@nearside/core'
import { expect, it } from 'vitest'
import { readRedisAddress } from './read-redis-address.ts'

const messageOf = (env: Record<string, string>): string => {
  try {
    readRedisAddress(env)
  } catch (error) {
    if (isNearsideError(error)) return error.message
    throw error
  }
  return 'accepted'
}

it('the store over REST is the one that the gateway reads, also where a plain Redis is named', () => {
  const env = {
    UPSTASH_REDIS_REST_URL: ' https://eu1.example.com/ ',
    UPSTASH_REDIS_REST_TOKEN: 'token',
    REDIS_URL: 'redis://127.0.0.1',
  }
  expect(readRedisAddress(env)).toEqual({
    kind: 'rest',
    place: 'eu1.example.com',
    url: 'https://eu1.example.com',
    token: 'token',
  })
})

it('a plain Redis is named with its password, and its place is shown without', () => {
  const address = readRedisAddress({ REDIS_URL: 'rediss://ops:p%40ss@[::1]:7000/3' })
  expect(address).toEqual({
    kind: 'socket',
    place: '[::1]:7000',
    target: {
      host: '::1',
      port: 7000,
      tls: true,
      greeting: [
        ['AUTH', 'ops', 'p@ss'],
        ['SELECT', '3'],
      ],
    },
  })
})

it('who names no store is told which variables name one', () => {
  expect(messageOf({ REDIS_URL: ' ' })).toMatch(/UPSTASH_REDIS_REST_URL.*REDIS_URL/)
})

it.each([
  [{ UPSTASH_REDIS_REST_URL: 'https://a.example.com' }, /^UPSTASH_REDIS_REST_TOKEN/],
  [
    { UPSTASH_REDIS_REST_URL: 'https://a.example.com', UPSTASH_REDIS_REST_TOKEN: 'hunter2 x' },
    /^UPSTASH_REDIS_REST_TOKEN/,
  ],
  [
    { UPSTASH_REDIS_REST_URL: 'https://u:hunter2@a.example.com', UPSTASH_REDIS_REST_TOKEN: 't' },
    /^UPSTASH_REDIS_REST_URL/,
  ],
  [
    { UPSTASH_REDIS_REST_URL: 'redis://:hunter2@a', UPSTASH_REDIS_REST_TOKEN: 't' },
    /^UPSTASH_REDIS_REST_URL/,
  ],
  [{ REDIS_URL: 'http://:hunter2@a' }, /^REDIS_URL/],
  [{ REDIS_URL: 'redis://:hunter2%zz@a' }, /^REDIS_URL/],
])('a wrong address is refused by its variable and without its secret: %j', (env, named) => {
  const message = messageOf(env)
  expect(message).toMatch(named)
  expect(message).not.toContain('hunter2')
})
