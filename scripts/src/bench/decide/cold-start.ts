/**
 * What the classifier adds to the first answer of a fresh process: the same gateway with it, without it, and with the same file
 * in onnxruntime-web, in turn. The request asks what would become of a prompt, so that no upstream is part of it.
 */
import { Client } from '../load/client.ts'
import { residentMib } from '../memory.ts'
import { type Entry, type Weights, workerOf } from './served.ts'

export type ColdEntry = Extract<Entry, `cold-${string}`>
export type ColdStarts = { readonly coldMs: readonly number[]; readonly mib: readonly number[] }

export const coldEntries: readonly ColdEntry[] = ['cold-without', 'cold-with', 'cold-engine']

/** The second engine takes ten times as long and is there for comparison: a quarter of the tries. */
const engineEvery = 4

export async function measureColdStarts(
  weights: Weights,
  prompt: string,
  tries: number,
): Promise<Readonly<Record<ColdEntry, ColdStarts>>> {
  const taken = {
    'cold-without': { coldMs: [] as number[], mib: [] as number[] },
    'cold-with': { coldMs: [] as number[], mib: [] as number[] },
    'cold-engine': { coldMs: [] as number[], mib: [] as number[] },
  }
  const folders = {
    'cold-without': await workerOf('cold-without', weights),
    'cold-with': await workerOf('cold-with', weights),
    'cold-engine': await workerOf('cold-engine', weights),
  }
  for (let round = 0; round < tries; round++) {
    for (const entry of round % 2 === 0 ? coldEntries : coldEntries.toReversed()) {
      if (entry === 'cold-engine' && round % engineEvery !== 0) continue
      const startMs = performance.now()
      const workerd = await folders[entry].serve()
      const client = new Client(workerd.port, routeRequest(prompt, workerd.port), '')
      const exchange = await client.exchange(20_000)
      client.close()
      const mib = await residentMib(workerd.pid)
      await workerd.stop()
      if (exchange.failure !== null) throw new Error(`${entry} after a cold start: ${exchange.failure}`)
      taken[entry].coldMs.push(exchange.endedMs - startMs)
      if (mib !== null) taken[entry].mib.push(mib)
    }
  }
  return taken
}

function routeRequest(prompt: string, port: number): string {
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: prompt }] })
  const head = [
    'POST /v1/route HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return [...head, '', body].join('\r\n')
}
