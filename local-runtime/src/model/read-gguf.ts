/**
 * Looks at a GGUF file before anything is loaded: that it is one, what it is called, and which weights it holds. A file of another
 * kind is refused here, because the library that would read it can end its process over it.
 */
import { createHash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { NearsideError } from '@nearside/core'
import { readManifest } from './read-manifest.ts'
import { sha256 } from './read-model.ts'

export type GgufFile = {
  readonly path: string
  readonly name: string
  readonly version: string
  readonly fingerprint: string
  readonly confidenceCeiling: number
  readonly weightBytes: number
}

export async function readGguf(given: string): Promise<GgufFile> {
  const path = resolve(given)
  const folder = dirname(path)
  if (!(await beginsAsGguf(path))) {
    throw new NearsideError('bad-options', `${path} is not a GGUF file that can be read.`)
  }
  const manifest = await readManifest(folder, nameOf(path))
  const hashes: string[] = []
  let weightBytes = 0
  for (const part of await partsOf(path)) {
    const hash = await sha256(join(folder, part))
    const wanted = manifest.sha256[part]
    if (wanted !== undefined && wanted !== hash) {
      throw new NearsideError(
        'bad-options',
        `${part} is not the file that model.json names: its SHA-256 is ${hash}, not ${wanted}. Fetch it anew.`,
      )
    }
    hashes.push(hash)
    weightBytes += (await stat(join(folder, part))).size
  }
  const fingerprint = createHash('sha256').update(hashes.join('\n')).digest('hex')
  return {
    path,
    name: manifest.name,
    version: `${manifest.version ?? 'unversioned'}+${fingerprint.slice(0, 8)}`,
    fingerprint: `fp_${fingerprint.slice(0, 16)}`,
    confidenceCeiling: manifest.confidenceCeiling,
    weightBytes,
  }
}

async function beginsAsGguf(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
    return bytesRead === 8 && buffer.toString('latin1', 0, 4) === 'GGUF'
  } catch {
    return false
  } finally {
    await file.close()
  }
}

const partName = /^(.+)-\d{5}-of-(\d{5})\.gguf$/

function nameOf(path: string): string {
  const file = basename(path)
  return (partName.exec(file)?.[1] ?? file.replace(/\.gguf$/i, ''))
    .replace(/[^\x21-\x7e]/g, '-')
    .slice(0, 128)
}

/** Large models come in numbered parts, which are all weights of one model. */
async function partsOf(path: string): Promise<readonly string[]> {
  const file = basename(path)
  const [, stem, count] = partName.exec(file) ?? []
  if (stem === undefined) return [file]
  const names = await readdir(dirname(path))
  const parts = names
    .filter((name) => name.startsWith(`${stem}-`) && name.endsWith(`-of-${count}.gguf`))
    .sort()
  if (parts.length === Number(count)) return parts
  throw new NearsideError(
    'bad-options',
    `Of the ${Number(count)} parts of ${stem} only ${parts.length} are there.`,
  )
}
