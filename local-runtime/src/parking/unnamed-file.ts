/**
 * A file without a name: unlinked before its first byte is written, and reached by the process that holds it only. Nothing can open it
 * by a path, and when the process ends, in whatever way, the kernel gives its room back: there is nothing to clean up. Native
 * libraries that know nothing but paths are given the one under /proc, which Linux alone has.
 */
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export type UnnamedFile = {
  readonly handle: FileHandle
  /** Leads to the file within this process. */
  readonly path: string
}

const prefix = 'nearside-parked-'

export async function unnamedFile(folder: string): Promise<UnnamedFile> {
  const name = join(folder, `${prefix}${randomBytes(16).toString('hex')}`)
  const handle = await open(name, 'wx+', 0o600)
  try {
    await unlink(name)
  } catch (error) {
    await handle.close()
    throw error
  }
  return { handle, path: `/proc/self/fd/${handle.fd}` }
}

/** A process that was killed between making a file and unlinking it leaves an empty one. */
export async function removeLeftovers(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    // One that is younger may be on its way in another process.
    if (found === null || found.size > 0 || nowMs - found.mtimeMs < youngMs) continue
    await unlink(path).catch(() => {})
  }
}

const youngMs = 60_000
