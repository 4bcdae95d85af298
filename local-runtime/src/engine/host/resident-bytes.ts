/** How much memory another process holds, as Linux tells it; elsewhere it is not known. */
import { readFileSync } from 'node:fs'

export function residentBytesOf(processId: number): number | null {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8')
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1_024
  } catch {
    return null
  }
}
