/** Where the lab's gateways run: Node under `@hono/node-server`, or real workerd. */
import { startNodeApp } from '../harness/node-app.ts'
import { bundleWorker, startWorker } from '../harness/worker.ts'
import { type LabObserved, type LabSettings, serveLab } from './lab-app.ts'

export type LabPlace = 'node' | 'workerd'

export type Lab = {
  readonly place: LabPlace
  open(settings: Omit<LabSettings, 'number'>): LabGateway
  /** Rejections that nobody handled. */
  faults(): Promise<readonly string[]>
  close(): Promise<void>
}

export type LabGateway = { readonly url: string; observed(): Promise<LabObserved> }

export async function startLab(place: LabPlace): Promise<Lab> {
  const { url, faults, close } = place === 'node' ? await onNode() : await inWorkerd()
  let opened = 0
  return {
    place,
    open(settings) {
      const text = JSON.stringify({ number: ++opened, ...settings })
      const base = `${url}/${Buffer.from(text).toString('base64url')}`
      return {
        url: base,
        observed: async () => (await (await fetch(`${base}/observed`)).json()) as LabObserved,
      }
    },
    faults,
    close,
  }
}

async function inWorkerd() {
  const bundle = await bundleWorker(new URL('./lab-worker.ts', import.meta.url))
  return startWorker({ bundle })
}

async function onNode() {
  const { url, close } = await startNodeApp({ fetch: (request) => serveLab(request) })
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
