/**
 * Starts both servers: local-runtime with the demonstration model or one that was pulled, and the Worker in workerd
 * with its variables set so that it finds it. Whatever of Nearside's variables the environment has goes to the Worker
 * too, so one key in the shell switches the frontier on, and NEARSIDE_LOCAL_URL takes the place of local-runtime.
 */
import { createServer } from 'node:net'
import { NearsideError } from '@nearside/core'
import { serveRuntime } from '@nearside/local-runtime'
import { memoryBudgetStore, type Upstream } from '@nearside/workers'
import { type EnvironmentStore, gatewayVariables } from '@nearside/workers/env'
import { emptyPaths } from '../serve/empty-paths.ts'
import { resolveVariables } from '../serve/resolve-variables.ts'
import { lookAtFrontier } from './look-at-frontier.ts'
import { modelsOf, onlyModel } from './look-at-local.ts'
import { runWorker } from './run-worker.ts'

export type Ports = { readonly gateway: number; readonly runtime: number }

export type Started = {
  readonly gatewayUrl: string
  /** Null where the environment names a local server of its own, and local-runtime is not started. */
  readonly runtimeUrl: string | null
  /** What is served locally, separated by commas. */
  readonly models: string
  /** Whether that is the one that comes with the package. */
  readonly demonstration: boolean
  /** What the edge answers itself, by the names of its skills. */
  readonly skills: readonly string[]
  /** The variables that the Worker was given, by name: their values may be secrets. */
  readonly variables: ReadonlySet<string>
  /** What is wrong with the frontier that is set; null where nothing is known to be. */
  readonly frontierTrouble: string | null
  /** What is probably not as it was meant, a sentence each. */
  readonly toLookAt: readonly string[]
  close(): Promise<void>
}

const host = '127.0.0.1'

/** As long as the Worker takes to start anyway. */
const patienceMs = 3_000

export async function start(
  ports: Ports,
  env: Readonly<Record<string, string | undefined>>,
  /** Where the model is, which may take minutes to come: asked once all else is right. Null is the demonstration model. */
  pullModel: () => Promise<string | null>,
): Promise<Started> {
  const given = gatewayVariables(env)
  const admission = given.NEARSIDE_KEYS === undefined ? { NEARSIDE_OPEN: 'loopback' } : {}
  // A node that the environment names is declared to be on premises there, or is not.
  const ownNode = given.NEARSIDE_LOCAL_URL === undefined
  const node = { NEARSIDE_LOCAL_URL: `http://${host}:${ports.runtime}/v1`, NEARSIDE_LOCAL_ZONE: 'premises' }
  const assumed = { ...admission, ...(ownNode ? node : {}) }
  // What is wrong in the environment is said here, before anything runs.
  const own: EnvironmentStore = { store: memoryBudgetStore(), zone: 'gateway' }
  const { read, options } = resolveVariables({ ...assumed, ...given }, own)
  await expectFree(ports.gateway, '--port')
  if (ownNode) await expectFree(ports.runtime, '--runtime-port')

  const modelFolder = await pullModel()
  const frontierTrouble = lookAtFrontier(read.frontier, patienceMs)
  const local = ownNode
    ? await startRuntime(ports.runtime, modelFolder)
    : { url: null, close: async () => {}, variables: await namedServer(given, read.local) }
  try {
    const variables: Variables = { ...assumed, ...local.variables, ...given }
    const worker = await runWorker(host, ports.gateway, variables)
    return {
      gatewayUrl: worker.url,
      runtimeUrl: local.url,
      models: variables.NEARSIDE_LOCAL_MODELS ?? '',
      demonstration: ownNode && modelFolder === null,
      skills: options.answerers.map(({ name }) => name),
      variables: new Set(Object.keys(variables)),
      frontierTrouble: await frontierTrouble,
      toLookAt: emptyPaths(read),
      async close() {
        await worker.close()
        await local.close()
      },
    }
  } catch (error) {
    await local.close()
    throw error
  }
}

type Variables = Readonly<Record<string, string>>

async function startRuntime(
  port: number,
  modelFolder: string | null,
): Promise<{ readonly url: string; readonly variables: Variables; close(): Promise<void> }> {
  const runtime = await serveRuntime({ host, port, ...(modelFolder === null ? {} : { model: modelFolder }) })
  try {
    const model = await runtime.ready
    const variables = {
      NEARSIDE_LOCAL_URL: `${runtime.url}/v1`,
      NEARSIDE_LOCAL_MODELS: model.name,
      NEARSIDE_LOCAL_CONTEXT_TOKENS: String(model.contextTokens),
      NEARSIDE_LOCAL_TAKES: model.capabilities.tools ? 'tools' : '',
    }
    return { url: runtime.url, variables, close: () => runtime.close() }
  } catch (error) {
    await runtime.close()
    throw error
  }
}

/** A server that the environment names is asked for its models where the environment does not name them too. */
async function namedServer(
  given: Variables,
  local: Upstream | readonly Upstream[] | undefined,
): Promise<Variables> {
  if (given.NEARSIDE_LOCAL_MODELS !== undefined) return {}
  const listed = await modelsOf(local, patienceMs)
  return {
    NEARSIDE_LOCAL_MODELS: onlyModel(
      given.NEARSIDE_LOCAL_URL ?? '',
      listed,
      emptyPaths({ local: local ?? [] }),
    ),
  }
}

/** workerd says of a taken port only that it could not start. */
function expectFree(port: number, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${cause.code})`
      reject(
        new NearsideError(
          'bad-options',
          `Port ${port} ${why}. Stop what listens there, or choose another: npm start -- ${flag} N`,
        ),
      )
    })
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
