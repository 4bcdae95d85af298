/**
 * The two places where the middleware runs, behind one door: a suite is written once and told where to run.
 */
import { readdir, readFile } from 'node:fs/promises'
import { format } from 'node:util'
import { residentMib } from '../../../scripts/src/bench/memory.ts'
import { startNodeApp } from '../../harness/node-app.ts'
import { bundleWorker, startWorker } from '../../harness/worker.ts'
import { gateways, type Opened, type Setup, type Told } from './gateways.ts'

export type GatewayUnderTest = {
  /** Origin and mount point: `http://127.0.0.1:PORT/0`. */
  readonly url: string
  told(): Promise<Told>
}

export type RunningPlace = {
  readonly url: string
  open(setup: Setup): Promise<GatewayUnderTest>
  /** Opens a gateway that must be refused, and says why it was. */
  refusal(setup: Setup): Promise<{ readonly code: string; readonly param: string } | null>
  /** What the place wrote to its console so far, and the rejections that nobody handled. */
  logs(): Promise<readonly string[]>
  residentMib(): Promise<number>
  close(): Promise<void>
}

export type Place = { readonly name: string; start(): Promise<RunningPlace> }

const inWorkerd: Place = {
  name: 'in workerd',
  async start() {
    const before = await workerdProcesses()
    const worker = await startWorker({
      bundle: await bundleWorker(new URL('./gateways-worker.ts', import.meta.url)),
    })
    const pid = (await workerdProcesses()).find((each) => !before.includes(each)) ?? 0
    return {
      ...doors(worker.url),
      logs: async () => (await worker.logs()).map((log) => log.message),
      residentMib: async () => (await residentMib(pid)) ?? 0,
      close: worker.close,
    }
  },
}

const onNode: Place = {
  name: 'on Node',
  async start() {
    const logs: string[] = []
    const notes = ['log', 'info', 'warn', 'error', 'debug'] as const
    const original = notes.map((level) => console[level])
    for (const level of notes) console[level] = (...args: unknown[]) => void logs.push(format(...args))
    const unhandled = (reason: unknown): void =>
      void logs.push(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`)
    process.on('unhandledRejection', unhandled)
    const app = await startNodeApp(gateways())
    return {
      ...doors(app.url),
      logs: async () => logs,
      residentMib: async () => process.memoryUsage().rss / 2 ** 20,
      async close() {
        for (const [i, level] of notes.entries()) console[level] = original[i]!
        process.off('unhandledRejection', unhandled)
        await app.close()
      },
    }
  },
}

export const places: readonly Place[] = [inWorkerd, onNode]

function doors(url: string): Pick<RunningPlace, 'url' | 'open' | 'refusal'> {
  const ask = async (setup: Setup): Promise<Opened> => {
    const response = await fetch(`${url}/gateways`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(setup),
    })
    return (await response.json()) as Opened
  }
  return {
    url,
    async open(setup) {
      const opened = await ask(setup)
      if ('refused' in opened) throw new Error(`refused: ${opened.refused.code} ${opened.refused.param}`)
      const told = async (): Promise<Told> =>
        (await (await fetch(`${url}/gateways${opened.path}/told`)).json()) as Told
      return { url: url + opened.path, told }
    },
    async refusal(setup) {
      const opened = await ask(setup)
      return 'refused' in opened ? opened.refused : null
    },
  }
}

/** The processes of workerd that this test has started. */
async function workerdProcesses(): Promise<readonly number[]> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return /^Name:\s+workerd$/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(status)
        ? pid
        : null
    }),
  )
  return found.filter((pid) => pid !== null)
}
