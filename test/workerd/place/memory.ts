/** Resident memory of whoever serves: this process, or workerd, which is one of its own below it. */
import { readdir, readFile } from 'node:fs/promises'
import type { PlaceName } from './places.ts'

export async function memoryMib(name: PlaceName): Promise<number> {
  if (name === 'node') return process.memoryUsage().rss / 2 ** 20
  for (const pid of await readdir('/proc')) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    if (status.startsWith('Name:\tworkerd\n') && status.includes(`\nPPid:\t${process.pid}\n`)) {
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    }
  }
  throw new Error('workerd is not running below this process')
}
