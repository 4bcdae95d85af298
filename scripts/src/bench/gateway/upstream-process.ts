/**
 * The bench's upstream, in its own process: it answers at once, or spaced out for measuring the first byte.
 *
 * Who asked is told by the key, and the answers that were handed over whole are counted for each: that is what the
 * metering of a gateway is held to.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { whole, writes } from './answers.ts'

const answers: { [key: string]: number } = {}

const server = createServer((request, response) => {
  if (request.url === '/answers') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers))
    return
  }
  const key = request.headers.authorization ?? ''
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts).toString()
    response.once('finish', () => {
      answers[key] = (answers[key] ?? 0) + 1
    })
    if (!/"stream":\s*true/.test(body)) {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length })
        .end(whole)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    if (body.includes('spaced')) writeSpaced(response)
    else {
      for (const write of writes) response.write(write)
      response.end()
    }
  })
})

/** Five milliseconds between two events: what is held back anywhere on the way is seen. */
function writeSpaced(response: ServerResponse): void {
  let index = 0
  const timer = setInterval(() => {
    const write = writes[index++] ?? ''
    if (!response.destroyed && index < writes.length) {
      response.write(write)
      return
    }
    clearInterval(timer)
    response.end(write)
  }, 5)
  response.write(writes[index++] ?? '')
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit())
