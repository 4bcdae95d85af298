/** Two servers in one process: the runtime around an engine that only recites, and Node's own that answers as long. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { scriptedEngine, serveRuntime } from '@nearside/local-runtime'

const words = 'One two three four five six seven eight nine ten.'.match(/\s*\S+/g) ?? []

const runtime = await serveRuntime({ port: 0, engine: scriptedEngine({ script: () => words }) })
await runtime.ready
const example = await fetch(`${runtime.url}/v1/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'local', messages: [{ role: 'user', content: 'Count to ten.' }] }),
})
const answer = await example.text()

const bare = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(answer),
    })
    response.end(answer)
  })
}).listen(0, '127.0.0.1', () => {
  const { port } = bare.address() as AddressInfo
  process.send?.({ ours: Number(new URL(runtime.url).port), bare: port })
})
process.once('disconnect', () => process.exit())
