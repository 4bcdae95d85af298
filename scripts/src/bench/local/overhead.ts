/** What the runtime itself costs a request: its median latency, less that of a server that only answers. */
import { start, stop } from '../../workerd/processes.ts'
import type { Row } from '../bench.ts'
import { moduleFile, nextMessage } from '../child-module.ts'
import { startLoadGenerator } from '../load/load-generator.ts'
import { median, round, spread } from '../statistics.ts'

const body = JSON.stringify({ model: 'local', messages: [{ role: 'user', content: 'Count to ten.' }] })
const request = [
  'POST /v1/chat/completions HTTP/1.1',
  'host: localhost',
  'content-type: application/json',
  `content-length: ${Buffer.byteLength(body)}`,
  '',
  body,
].join('\r\n')

export async function measureOverhead(
  rounds: number,
  seconds: number,
): Promise<{ readonly row: Row; readonly ms: number; readonly failures: readonly string[] }> {
  const servers = start(
    process.execPath,
    ['--conditions=source', moduleFile('./overhead-process', import.meta.url)],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const load = await startLoadGenerator()
  try {
    const ports = (await nextMessage(servers)) as { readonly ours: number; readonly bare: number }
    const found = { ours: [] as number[], bare: [] as number[] }
    const failures: string[] = []
    // Round 0 lets the compiler do its work.
    for (let each = 0; each <= rounds; each++) {
      for (const target of ['ours', 'bare'] as const) {
        const job = { port: ports[target], request, tail: '}', concurrency: 1, durationMs: seconds * 1_000 }
        const { p50Ms, firstFailure } = await load.run(job)
        if (firstFailure !== null) failures.push(`${target}: ${firstFailure}`)
        if (each > 0) found[target].push(p50Ms)
      }
    }
    const ms = round(median(found.ours.map((ours, at) => ours - found.bare[at]!)))
    const row = {
      kind: 'overhead',
      oursP50Ms: spread(found.ours),
      bareP50Ms: spread(found.bare),
      addedMs: ms,
    }
    return { row, ms, failures }
  } finally {
    await load.stop()
    await stop(servers)
  }
}
