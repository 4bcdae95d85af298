/** Resident memory of whoever serves: this process, or workerd, which is one of its own below it. */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { PlaceName } from './places.ts'

export async function memoryMib(name: PlaceName): Promise<number> {
  if (name === 'node') return process.memoryUsage().rss / 2 ** 20
  const status = await readFile(`/proc/${workerdPid()}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}

/** The one that runs below this process. */
export function workerdPid(): number {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const status = statusOf(pid)
    if (status.startsWith('Name:\tworkerd\n') && status.includes(`\nPPid:\t${process.pid}\n`))
      return Number(pid)
  }
  throw new Error('workerd is not running below this process')
}

/** Empty where the process has ended in the meantime. */
function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
