/** The packages as `npm run pack:all` makes them, made once in a test process, and what lies in one. */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packAll, type Tarball } from '../../scripts/src/pack/pack-all.ts'
import { root } from '../../scripts/src/workerd/repository.ts'

export type PackedFiles = {
  readonly names: readonly string[]
  text(name: string): string
}

let packed: Promise<readonly Tarball[]> | null = null

export function tarballs(): Promise<readonly Tarball[]> {
  packed ??= pack()
  return packed
}

export async function fileOf(name: string): Promise<string> {
  const found = (await tarballs()).find((tarball) => tarball.name === name)
  if (found === undefined) throw new Error(`There is no package ${name}.`)
  return found.file
}

export async function unpack({ file }: Tarball): Promise<PackedFiles> {
  const folder = `${file}.files`
  await rm(folder, { recursive: true, force: true })
  mkdirSync(folder)
  await promisify(execFile)('tar', ['-xzf', file, '-C', folder, '--strip-components=1'])
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  return { names, text: (name) => readFileSync(join(folder, name), 'utf8') }
}

/** In a folder of this process: another one may be packing too. */
async function pack(): Promise<readonly Tarball[]> {
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'packed-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return packAll(folder)
}
