/** Where the middleware runs: real workerd, and Node under `@hono/node-server`. The same cases are run in both. */
import { startNodeApp } from '../../harness/node-app.ts'
import { bundleWorker, startWorker } from '../../harness/worker.ts'
import { serveGateway } from './gateway-app.ts'
import type { GatewaySettings, Observed } from './settings.ts'

export type PlaceName = 'workerd' | 'node'

export const placeNames: readonly PlaceName[] = ['workerd', 'node']

export type Place = {
  readonly name: PlaceName
  /** A gateway of its own: nothing that another one did is known to it. */
  open(settings: GatewaySettings): Gateway
  /** Rejections that nobody handled and exceptions that nobody caught. */
  faults(): Promise<readonly string[]>
  close(): Promise<void>
}

export type Gateway = {
  /** Base URL without the version. */
  readonly url: string
  observed(): Promise<Observed>
}

let opened = 0

export async function startPlace(name: PlaceName): Promise<Place> {
  const { url, faults, close } = name === 'workerd' ? await startWorkerd() : await startNode()
  return {
    name,
    open(settings) {
      // A double has more to it than an address, and a path has room for little.
      const plain = (list: GatewaySettings['local'] = []): GatewaySettings['frontier'] =>
        list.map(({ url, key }) => ({ url, key }))
      const addresses = { frontier: plain(settings.frontier), local: plain(settings.local) }
      const text = JSON.stringify({ tenant: `tenant-${++opened}`, ...settings, ...addresses })
      const base = `${url}/${Buffer.from(text).toString('base64url')}`
      return {
        url: base,
        async observed() {
          return (await (await fetch(`${base}/observed`)).json()) as Observed
        },
      }
    },
    faults,
    close,
  }
}

type Started = { readonly url: string } & Pick<Place, 'faults' | 'close'>

async function startWorkerd(): Promise<Started> {
  const bundle = await bundleWorker(new URL('./gateway-worker.ts', import.meta.url))
  return startWorker({ bundle, durableObjects: { LEDGER: 'BudgetLedger', SESSIONS: 'SupervisedSession' } })
}

async function startNode(): Promise<Started> {
  const { url, close } = await startNodeApp({ fetch: (request) => serveGateway(request, {}) })
  const faults: string[] = []
  const note = (reason: unknown): void => void faults.push(String(reason))
  process.on('unhandledRejection', note)
  return {
    url,
    faults: async () => faults,
    async close() {
      process.off('unhandledRejection', note)
      await close()
    },
  }
}
