import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { readEvents } from './read-events.ts'

const delta = (text: string, finishReason: string | null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: finishReason }] })}\n\n`

const server = createServer(async (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(delta('Hello', null))
  response.write(`${delta('', 'stop')}data: [DONE]\n\n`)
  // As upstreams do: what ends the answer and what ends the body are two packets.
  setTimeout(() => response.end(), 10)
})
let connections = 0
server.on('connection', () => connections++)

afterEach(() => server.close())

it('leaves the connection to the next call once the answer is over', async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  for (let call = 0; call < 8; call++) {
    const reader = (await fetch(`http://127.0.0.1:${port}`)).body!.getReader()
    const first = (await reader.read()).value!
    const behind: Promise<unknown>[] = []
    const { signal } = new AbortController()
    const source = {
      reader,
      first,
      signal,
      heard() {},
      waitUntil: (work: Promise<unknown>) => behind.push(work),
    }
    let text = ''
    for await (const { choices } of readEvents(source, 1)) text += choices[0]?.text ?? ''
    expect(text).toBe('Hello')
    await Promise.all(behind)
  }
  // Node's client opens one more at its first calls.
  expect(connections).toBeLessThanOrEqual(2)
})

it('tells an upstream to stop whose answer nobody reads to its end', async () => {
  let isCancelled = false
  const reader = {
    read: () => Promise.reject(new Error('Nobody reads on.')),
    async cancel() {
      isCancelled = true
    },
  }
  const source = {
    reader,
    first: new TextEncoder().encode(delta('Hello', null)),
    signal: new AbortController().signal,
    heard() {},
    waitUntil() {},
  }
  for await (const event of readEvents(source, 1)) {
    expect(event.choices[0]?.text).toBe('Hello')
    break
  }
  expect(isCancelled).toBe(true)
})
