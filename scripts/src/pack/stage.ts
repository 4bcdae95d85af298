/**
 * Lays out one package as it is published, in a folder of its own.
 *
 * Of `dist` comes what the entries lead to; what else `files` names comes as it is. Licence and notice are the repository's own,
 * so that no copy of them grows old. Source maps stay at home, since the source does; the built code keeps its names,
 * its comments and its shape, types aside, and reads well without them.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NearsideError } from '@nearside/core'
import { entriesOf, type Manifest, publishedManifest, readManifest } from './published-manifest.ts'
import { isModule, reachable } from './reachable.ts'

export function stage(repository: string, workspace: string, folder: string): Manifest {
  const home = join(repository, workspace)
  const manifest = publishedManifest(readManifest(readFileSync(join(home, 'package.json'), 'utf8')))
  const entries = entriesOf(manifest)
  for (const entry of entries) {
    if (!existsSync(join(home, entry))) {
      throw new NearsideError('bad-options', `${manifest.name} names ${entry}, which was not built.`)
    }
  }

  rmSync(folder, { recursive: true, force: true })
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  put('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  for (const file of ['LICENSE', 'NOTICE']) put(file, readFileSync(join(repository, file), 'utf8'))

  const read = (path: string): string | null => {
    const file = join(home, path)
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : null
  }
  for (const path of reachable(entries, read)) {
    if (isModule(path) && path.startsWith('dist/')) put(path, published(path, read(path) ?? ''))
  }
  for (const name of filesOf(manifest)) {
    if (name === 'dist' || existsSync(join(folder, name))) continue
    cpSync(join(home, name), join(folder, name), { recursive: true })
  }
  return manifest
}

/** Declarations name their neighbours by `.js`, as everybody's do: not every tool follows `.ts` into a package. */
function published(path: string, text: string): string {
  const unmapped = text.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, '\n')
  return path.endsWith('.d.ts')
    ? unmapped.replaceAll(/(\bfrom |\bimport\(|\bimport )(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2')
    : unmapped
}

function filesOf({ files }: Manifest): readonly string[] {
  return Array.isArray(files) ? files.filter((name) => typeof name === 'string') : []
}
