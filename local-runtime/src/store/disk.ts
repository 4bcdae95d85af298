/** Whether what is to come has room. */
import { statfs } from 'node:fs/promises'
import { NearsideError } from '@nearside/core'

/** Left free for everybody else on the machine. */
const reserveBytes = 64 * 1024 * 1024

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

export function requireRoom(folder: string, neededBytes: number, free: number): void {
  const missing = neededBytes + reserveBytes - free
  if (missing > 0) throw diskFull(folder, missing)
}

export function diskFull(folder: string, missingBytes: number): NearsideError {
  const message = `${folder} has too little room: ${sizeText(missingBytes)} more are needed. Free some, or name another folder with --models.`
  return new NearsideError('bad-options', message, { param: 'models' })
}

export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  let value = bytes
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1_000
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}
