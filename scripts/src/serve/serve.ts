/**
 * `nearside serve`: the gateway on Node, for premises where not even a provider's edge may see a prompt.
 *
 * The same middleware and the same variables as the Worker. Budgets are kept in the Redis that the variables name, else
 * in this process's memory, where they last as long as it does.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import {
  type Classifier,
  classifierOf,
  isNearsideError,
  NearsideError,
  type PrivacySettings,
  readClassifier,
  readTextHeads,
  type TextHeads,
} from '@nearside/core'
import { nearside, notFound, type PrivacyGuard, privacyGuard } from '@nearside/workers'
import {
  gatewayVariables,
  inVariables,
  isLoopback,
  readEnvironment,
  standaloneOptions,
} from '@nearside/workers/env'
import { Hono } from 'hono'
import { ownStores } from './own-stores.ts'
import { openPolicyFile } from './policy-file.ts'
import { openPrivacyFile, privacyKept } from './privacy-file.ts'

export type ServeSettings = {
  readonly host: string
  readonly port: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** A file with the policy, read again when it changes; null where the variables say it. */
  readonly policy?: string | null
  /** A file with the privacy rules, read again when it changes; null where the variables say them. */
  readonly privacy?: string | null
  /** Hears of the files. */
  readonly say?: (line: string) => void
}

export type Served = { readonly url: string; close(): Promise<void> }

/** The learned heads as they are shipped, from the disk. */
export function shippedHeads(): TextHeads {
  const file = fileURLToPath(import.meta.resolve('@nearside/core/text-heads.bin'))
  return readTextHeads(new Uint8Array(readFileSync(file)))
}

/** The classifier as it is shipped, from the disk. */
function shippedClassifier(): Classifier {
  const file = fileURLToPath(import.meta.resolve('@nearside/core/classifier.onnx.bin'))
  return classifierOf(readClassifier(new Uint8Array(readFileSync(file))))
}

export async function serve({
  host,
  port,
  env,
  policy: policyPath = null,
  privacy: privacyPath = null,
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
  const set = standaloneOptions(options, shippedClassifier())
  if (privacyPath !== null && set.privacy !== undefined) throw rulesTwice()
  const policy = policyPath === null ? null : openPolicyFile(policyPath, set.policy, say)
  const rules = privacyPath === null ? null : openPrivacyFile(privacyPath, say)
  app.use(
    '*',
    nearside(
      {
        ...set,
        ...(policy === null ? {} : { policy: policy.now }),
        ...(rules === null ? {} : { privacy: liveGuard(rules.now, say) }),
      },
      // What a file says is told by the file.
      (fault) => (policy !== null && fault.param?.startsWith('policy') ? fault : inVariables(fault)),
    ),
  )
  app.notFound(notFound)

  // The global Request and Response stay as they are: the middleware makes its own streams.
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  const bound = await listen(server, host, port)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => {
      policy?.close()
      rules?.close()
      return shut(server)
    },
  }
}

/** The heads are read when rules first need them, which may be while it runs. */
function liveGuard(now: () => PrivacySettings, say: (line: string) => void): PrivacyGuard {
  const onFault = (cause: unknown): void =>
    say(`${privacyKept}: ${isNearsideError(cause) ? cause.message : String(cause)}`)
  return privacyGuard(now, { heads: shippedHeads, onFault })
}

function rulesTwice(): NearsideError {
  const message =
    'The privacy rules stand in a file: leave NEARSIDE_DETECT, _REDACT, _ATTACKS and _PRIVACY_RULES out.'
  return new NearsideError('bad-options', message, { param: 'NEARSIDE_PRIVACY_RULES' })
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
