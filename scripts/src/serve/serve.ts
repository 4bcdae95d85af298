/**
 * `nearside serve`: the gateway on Node, for premises where not even a provider's edge may see a prompt.
 *
 * The same middleware and the same variables as the Worker. Budgets are kept in the Redis that the variables name, else
 * in this process's memory, where they last as long as it does.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import {
  classifierOf,
  learnedDifficulty,
  learnedFrontierFrom,
  NearsideError,
  readClassifier,
  readTextHeads,
  type TextHeads,
} from '@nearside/core'
import { cascade, consistency, mapReduce, nearside, notFound } from '@nearside/workers'
import {
  type EnvironmentOptions,
  gatewayVariables,
  inVariables,
  isLoopback,
  readEnvironment,
} from '@nearside/workers/env'
import { Hono } from 'hono'
import { ownStores } from './own-stores.ts'
import { openPolicyFile } from './policy-file.ts'

export type ServeSettings = {
  readonly host: string
  readonly port: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** A file with the policy, read again when it changes; null where the variables say it. */
  readonly policy?: string | null
  /** Hears of the policy's file. */
  readonly say?: (line: string) => void
}

export type Served = { readonly url: string; close(): Promise<void> }

/** The learned heads as they are shipped, from the disk. */
export function shippedHeads(): TextHeads {
  const file = fileURLToPath(import.meta.resolve('@nearside/core/text-heads.bin'))
  return readTextHeads(new Uint8Array(readFileSync(file)))
}

/** The classifier as it is shipped, from the disk. */
async function judged(options: EnvironmentOptions): Promise<EnvironmentOptions> {
  const file = fileURLToPath(import.meta.resolve('@nearside/core/classifier.onnx.bin'))
  const classifier = classifierOf(readClassifier(new Uint8Array(await readFile(file))))
  const policy = { frontierFrom: learnedFrontierFrom, ...options.policy }
  const strategies = [
    cascade(),
    consistency({ vectorOf: classifier.sentenceVector }),
    mapReduce(),
    ...(options.strategies ?? []),
  ]
  return { ...options, difficulty: learnedDifficulty(classifier), strategies, policy }
}

export async function serve({
  host,
  port,
  env,
  policy: file = null,
  say = () => {},
}: ServeSettings): Promise<Served> {
  const options = readEnvironment(gatewayVariables(env), ownStores(), shippedHeads)
  if (options.open === 'loopback' && !isLoopback(host)) {
    throw new NearsideError(
      'bad-options',
      `NEARSIDE_OPEN serves loopback addresses only; ${host} needs NEARSIDE_KEYS.`,
      {
        param: 'NEARSIDE_OPEN',
      },
    )
  }
  const app = new Hono()
  const set = await judged(options)
  const policy = file === null ? null : openPolicyFile(file, set.policy, say)
  app.use('*', nearside(policy === null ? set : { ...set, policy: policy.now }, inVariables))
  app.notFound(notFound)

  // The global Request and Response stay as they are: the middleware makes its own streams.
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  const bound = await listen(server, host, port)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => {
      policy?.close()
      return shut(server)
    },
  }
}

/** How long running answers may take to end. */
const drainMs = 30_000

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} is taken; choose another with --port.`
          : `Cannot listen on ${host}:${port}.`
      reject(new NearsideError('bad-options', why, { cause }))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

async function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const end = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearInterval(sweep)
  clearTimeout(end)
}
