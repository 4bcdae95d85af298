import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { notFound } from './not-found.ts'

const app = new Hono().notFound(notFound)

const told = async (path: string): Promise<readonly [number, string]> => {
  const response = await app.request(path, { method: 'POST' })
  const { error } = (await response.json()) as { error: { message: string; code: string } }
  expect([error.code, response.headers.get('x-should-retry')]).toEqual(['not_found', 'false'])
  return [response.status, error.message]
}

it('refuses each of OpenAI’s other endpoints by name, and says what to do instead', async () => {
  for (const path of [
    '/v1/files',
    '/v1/files/file-1/content',
    '/v1/batches',
    '/v1/images/generations',
    '/v1/audio/speech',
    '/v1/moderations',
    '/v1/completions',
    '/v1/fine_tuning/jobs',
    '/ai/v1/vector_stores',
  ]) {
    const [status, message] = await told(path)
    expect([path, status]).toEqual([path, 404])
    expect(message).toMatch(/^This gateway does not serve \/v1\/[a-z_]+\. (?:Ask|Send|Use|Make) /)
  }
})

const nothing = 'There is nothing at this path. The base URL of an OpenAI client ends in /v1 here.'

it('TRUST 20: says of every other path that nothing is there, and repeats none of it', async () => {
  for (const path of ['/', '/v1/', '/v1/constructor', '/v1/__proto__', '/v1/http:/elsewhere', '/v2/files'])
    expect(await told(path)).toEqual([404, nothing])
})
