/**
 * Which servers stand on a model, so that nobody takes it from under them. Each leaves a file with its process's id and address beside
 * the models; one that died without taking it back is known by its id being nobody's, or another process's by now.
 */
import { readFileSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as v from 'valibot'
import { isAlive } from './lock.ts'
import { isModelId, servingFolder } from './places.ts'

export type Serving = { readonly pid: number; readonly url: string }

const markSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ pid: v.number(), url: v.string(), begun: v.nullable(v.string()) }),
)

/**
 * Says that this process serves a model of the folder, until it ends or calls what is given back. A model that lies elsewhere needs no
 * mark, and a folder that cannot be written to takes none: nothing can be removed from it either.
 */
export async function markServed(folder: string, modelPath: string, url: string): Promise<() => void> {
  const id = basename(modelPath)
  if (resolve(dirname(modelPath)) !== resolve(folder) || !isModelId(id)) return () => {}
  const path = join(servingFolder(folder), `${id}.${process.pid}`)
  const unmark = (): void => {
    process.off('exit', unmark)
    rmSync(path, { force: true })
  }
  try {
    await mkdir(servingFolder(folder), { recursive: true })
    await writeFile(path, JSON.stringify({ pid: process.pid, url, begun: begunAt(process.pid) }))
  } catch {
    return () => {}
  }
  process.on('exit', unmark)
  return unmark
}

export async function serversOf(folder: string, id: string): Promise<readonly Serving[]> {
  const marks = await readdir(servingFolder(folder)).catch(() => [])
  const found: Serving[] = []
  for (const name of marks.filter((mark) => mark.slice(0, mark.lastIndexOf('.')) === id)) {
    const path = join(servingFolder(folder), name)
    const { success, output } = v.safeParse(markSchema, await readFile(path, 'utf8').catch(() => ''))
    if (success && isAlive(output.pid) && begunAt(output.pid) === output.begun) {
      found.push({ pid: output.pid, url: output.url })
    } else await rm(path, { force: true }).catch(() => {})
  }
  return found
}

/** When a process began, in the kernel's ticks since the boot: ids come again, and with another beginning. Null where nothing tells. */
function begunAt(pid: number): string | null {
  try {
    // The name before it is in brackets and may hold anything.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? null
  } catch {
    return null
  }
}
