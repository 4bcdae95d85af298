/**
 * Refuses to park where text of conversations could reach a disk in clear. The engine's library writes a state to a file and knows no
 * other way, so the first copy has to lie in memory that only looks like a folder; and there has to be a place for the sealed one.
 */
import { statfs } from 'node:fs/promises'
import { NearsideError } from '@nearside/core'
import { removeLeftovers, unnamedFile } from './unnamed-file.ts'

export type ParkingSettings = {
  /** A folder of a tmpfs, for the moment between the engine and the disk. */
  readonly tmpfs: string
  /** Where sealed states lie. */
  readonly folder: string
  /** The most that they may take there. */
  readonly bytes: number
}

/** As the kernel names its kinds of file systems. */
const inMemory: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6])

export async function isInMemory(folder: string): Promise<boolean> {
  try {
    // ramfs's number is negative where it is read as 32 bits with a sign.
    return inMemory.has((await statfs(folder)).type >>> 0)
  } catch {
    return false
  }
}

export async function checkParking({ tmpfs, folder }: ParkingSettings, nowMs: number): Promise<void> {
  if (!(await isInMemory(tmpfs))) {
    throw refused(
      `${tmpfs} is no tmpfs, so parked conversations would touch a disk in clear. Mount one there, name another with parkTmpfs, or switch parkKeyValues off.`,
    )
  }
  for (const place of [tmpfs, folder]) {
    try {
      await removeLeftovers(place, nowMs)
      const { handle } = await unnamedFile(place)
      await handle.close()
    } catch (cause) {
      throw refused(`Nothing can be parked in ${place}, where no file can be made.`, cause)
    }
  }
}

function refused(message: string, cause?: unknown): NearsideError {
  return new NearsideError('bad-options', message, { param: 'parkKeyValues', cause })
}
