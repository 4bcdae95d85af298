/**
 * A port that stays free until somebody who must be told a port binds it: below those that the system hands out by
 * itself. One of these may meanwhile be given to another process, or to a client that calls it and so meets itself.
 */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const [lowest, beyond] = [10_240, 32_000]
const tries = 50

export async function freePort(): Promise<number> {
  for (let tried = 0; tried < tries; tried++) {
    const port = randomInt(lowest, beyond)
    if (await isFree(port)) return port
  }
  throw new Error(`none of ${tries} ports is free`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
