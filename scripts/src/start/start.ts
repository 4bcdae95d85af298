/**
 * Starts both servers: local-runtime with the demonstration model, and the Worker in workerd with its variables set
 * so that it finds it. Whatever of Nearside's variables the environment has goes to the Worker too, so one key in
 * the shell switches the frontier on.
 */
import { createServer } from 'node:net'
import { NearsideError } from '@nearside/core'
import { serveRuntime } from '@nearside/local-runtime'
import { memoryBudgetStore, resolveOptions } from '@nearside/workers'
import { gatewayVariables, readEnvironment } from '@nearside/workers/env'
import { runWorker } from './run-worker.ts'

export type Ports = { readonly gateway: number; readonly runtime: number }

export type Started = {
  readonly gatewayUrl: string
  readonly runtimeUrl: string
  readonly model: string
  /** The variables that the Worker was given, by name: their values may be secrets. */
  readonly variables: ReadonlySet<string>
  close(): Promise<void>
}

const host = '127.0.0.1'

export function readPorts(words: readonly string[]): Ports {
  let ports: Ports = { gateway: 8787, runtime: 8788 }
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i]
    const port = Number(words[i + 1])
    if (name !== '--port' && name !== '--runtime-port') {
      throw new NearsideError(
        'bad-options',
        `There is no ${name}; npm start takes --port N and --runtime-port N.`,
      )
    }
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new NearsideError('bad-options', `${name} takes a port from 1 to 65535.`)
    }
    ports = name === '--port' ? { ...ports, gateway: port } : { ...ports, runtime: port }
  }
  return ports
}

export async function start(
  ports: Ports,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Started> {
  const given = gatewayVariables(env)
  const admission = given.NEARSIDE_KEYS === undefined ? { NEARSIDE_OPEN: 'loopback' } : {}
  // A node that the environment names is declared to be on premises there, or is not.
  const own = given.NEARSIDE_LOCAL_URL === undefined
  const node = { NEARSIDE_LOCAL_URL: `http://${host}:${ports.runtime}/v1`, NEARSIDE_LOCAL_ZONE: 'premises' }
  const assumed = { ...admission, ...(own ? node : {}) }
  // What is wrong in the environment is said here, before anything runs.
  resolveOptions(readEnvironment({ ...assumed, ...given }, { store: memoryBudgetStore(), zone: 'gateway' }))
  await expectFree(ports.gateway, '--port')

  const runtime = await serveRuntime({ host, port: ports.runtime })
  try {
    const model = await runtime.ready
    const variables = { ...assumed, ...(own ? { NEARSIDE_LOCAL_MODELS: model.name } : {}), ...given }
    const worker = await runWorker(host, ports.gateway, variables)
    return {
      gatewayUrl: worker.url,
      runtimeUrl: runtime.url,
      model: model.name,
      variables: new Set(Object.keys(variables)),
      async close() {
        await worker.close()
        await runtime.close()
      },
    }
  } catch (error) {
    await runtime.close()
    throw error
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
