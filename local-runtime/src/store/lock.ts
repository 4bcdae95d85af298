/**
 * One process at a time changes a model. The lock is a file with the process's id, made so that only one can
 * make it; a process that died without giving it back is known by its id being nobody's.
 */
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NearsideError } from '@nearside/core'

/** Locks that this process has: its own id in a file says nothing of whether it still means it. */
const held = new Set<string>()

/** Runs `work` while nobody else has the lock; says who has it otherwise. */
export async function withLock<T>(path: string, id: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  if (held.has(path)) throw taken(id, String(process.pid))
  held.add(path)
  try {
    await take(path, id)
    try {
      return await work()
    } finally {
      await rm(path, { force: true })
    }
  } finally {
    held.delete(path)
  }
}

async function take(path: string, id: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const owner = await readFile(path, 'utf8').catch(() => null)
    if (owner === null) continue
    if (isAlive(Number(owner))) throw taken(id, owner)
    await putAside(path, owner)
  }
  throw taken(id, 'another one')
}

/**
 * Two processes may find the same dead owner at once. Renaming gives the file to one of them; should it be a
 * new owner's by then, it is put back.
 */
async function putAside(path: string, deadOwner: string): Promise<void> {
  const aside = `${path}.${process.pid}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const owner = await readFile(aside, 'utf8')
  if (owner !== deadOwner) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}

export function isAlive(pid: number): boolean {
  // Our own number in a file that we did not write was left by an earlier process.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null
}

function taken(id: string, owner: string): NearsideError {
  return new NearsideError(
    'not-ready',
    `${id} is being changed by another process (${owner}); wait for it, or end it. What it fetched is kept.`,
  )
}
