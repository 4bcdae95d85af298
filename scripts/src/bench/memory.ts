/** Resident memory of a process, in MiB; null where the system does not tell it in /proc. */
import { readFile } from 'node:fs/promises'

export async function residentMib(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return kib === undefined ? null : Math.round(Number(kib) / 102.4) / 10
}
