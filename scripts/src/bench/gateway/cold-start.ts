/** From starting a process to the end of its first answer, in turn for each of the two that are compared. */
import { Client } from '../load/client.ts'
import { residentMib } from '../memory.ts'
import { type Mode, type RequestOf, tailOf } from './requests.ts'
import type { Targets } from './targets.ts'

export type ColdStart = { readonly coldMs: readonly number[]; readonly idleMib: readonly number[] }
export type ColdName = keyof Targets['cold']

export async function measureColdStarts(
  targets: Targets,
  tries: number,
): Promise<Readonly<Record<ColdName, ColdStart>>> {
  const taken = {
    'ten-line proxy': { coldMs: [] as number[], idleMib: [] as number[] },
    'nearside finish': { coldMs: [] as number[], idleMib: [] as number[] },
  }
  const names: readonly ColdName[] = ['ten-line proxy', 'nearside finish']
  for (let round = 0; round < tries; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const request = targets.running.find((target) => target.name === name)?.request
      if (request === undefined) throw new Error(`${name} is not running`)
      const { coldMs, idleMib } = await startOnce(targets, name, request, 'whole')
      taken[name].coldMs.push(coldMs)
      if (idleMib !== null) taken[name].idleMib.push(idleMib)
    }
  }
  return taken
}

async function startOnce(
  targets: Targets,
  name: ColdName,
  request: RequestOf,
  mode: Mode,
): Promise<{ readonly coldMs: number; readonly idleMib: number | null }> {
  const startMs = performance.now()
  const workerd = await targets.cold[name].serve()
  const client = new Client(workerd.port, request(mode, workerd.port), tailOf(mode))
  const exchange = await client.exchange(10_000)
  client.close()
  const idleMib = await residentMib(workerd.pid)
  await workerd.stop()
  if (exchange.failure !== null) throw new Error(`${name} after a cold start: ${exchange.failure}`)
  return { coldMs: exchange.endedMs - startMs, idleMib }
}
