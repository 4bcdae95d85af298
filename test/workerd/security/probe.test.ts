import { it } from 'vitest'
import { startFrontier } from '../../doubles/frontier.ts'
import { rawRequest } from '../../harness/raw.ts'
import { places } from './places.ts'
import { asFrontier, callerKey, chatBody, keysOf, post } from './requests.ts'

for (const place of places)
  it(`probe ${place.name}`, async () => {
    const t0 = performance.now()
    const running = await place.start()
    const out = (x: unknown) =>
      process.stderr.write(`${place.name} ${typeof x === 'string' ? x : JSON.stringify(x)}\n`)
    out('start ' + (performance.now() - t0) + ' ' + (await running.residentMib()))
    await using frontier = await startFrontier()
    const g = await running.open({ options: { keys: keysOf(), frontier: asFrontier(frontier) } })
    const a = await post(g.url, chatBody())
    out([a.status, a.text.slice(0, 200)])
    out(await g.told())
    const open = await running.open({ options: { open: 'loopback', frontier: asFrontier(frontier) } })
    const p = new URL(open.url).pathname
    for (const head of [
      `GET ${p}/v1/models HTTP/1.1\r\nHost: [\r\n\r\n`,
      `GET ${p}/v1/models HTTP/1.1\r\nHost: a b\r\n\r\n`,
      `GET ${p}/v1/models HTTP/1.1\r\nHost: \r\n\r\n`,
      `GET ${p}/v1/models HTTP/1.0\r\n\r\n`,
      `GET ${p}/v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
      `GET ${p}/v1/models HTTP/1.1\r\nHost: localhost@evil\r\n\r\n`,
      `GET ${p}/v1/models HTTP/1.1\r\nHost: evil\\@localhost\r\n\r\n`,
      `GET ${p}/v1/models HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n`,
      `GET http://evil.example${p}/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      `GET http://localhost${p}/v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
      `GET //evil.example${p}/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ]) {
      const r = await rawRequest(running.url, head)
      out([head.slice(0, 90), r.status, r.body.slice(0, 130), r.ending])
    }
    // TE + CL
    const body = JSON.stringify(chatBody())
    const chunk = (s: string) => `${Buffer.byteLength(s).toString(16)}\r\n${s}\r\n`
    const r = await rawRequest(
      running.url,
      `POST ${new URL(g.url).pathname}/v1/chat/completions HTTP/1.1\r\nHost: x\r\nauthorization: Bearer ${callerKey}\r\ncontent-type: application/json\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`,
      chunk(body),
      '0\r\n\r\n',
    )
    out(['TE+CL', r.status, r.body.slice(0, 200)])
    await running.close()
  })
