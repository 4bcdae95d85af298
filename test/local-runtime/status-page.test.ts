/** The page for people, and what browsers may not do. */
import { afterEach, expect, it } from 'vitest'
import { type Served, serveScript } from './served-runtime.ts'

let served: Served
afterEach(() => served?.close())

it('shows a person how it is doing, without a script', async () => {
  served = await serveScript(undefined, { scripted: { model: { name: '<b>"odd"</b>' } } })
  const page = await fetch(served.url)
  const html = await page.text()
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  for (const text of ['Ready', '0 of 1', 'a script', '/metrics']) expect(html).toContain(text)
  expect(html).not.toContain('<script')
  expect(html).not.toContain('<b>')
  expect((await fetch(served.url, { method: 'POST', body: 'x' })).status).toBe(405)
})

it('TRUST 33: shows without the secret no more than the headers of every response tell', async () => {
  const secret = 'a-secret-that-is-long-enough'
  served = await serveScript(undefined, { secret, scripted: { model: { name: 'private-name' } } })
  const stranger = await (await fetch(served.url)).text()
  expect(stranger).toContain('Ready')
  for (const text of ['private-name', 'a script', 'Runs on']) expect(stranger).not.toContain(text)
  expect((await served.get('/')).body).toContain('private-name')
})

it('TRUST 33: allows no web page of another origin anything', async () => {
  served = await serveScript()
  const origin = 'https://evil.example'
  for (const path of ['/', '/health', '/v1/load', '/v1/models', '/v1/chat/completions']) {
    const preflight = await fetch(served.url + path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    const read = await fetch(served.url + path, { headers: { origin } })
    expect(preflight.status).toBe(405)
    for (const { headers } of [preflight, read]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  }
})
