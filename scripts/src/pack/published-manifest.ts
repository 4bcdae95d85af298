/**
 * A workspace's package.json as it is published: without what is true in a checkout alone.
 *
 * The `source` condition leads to TypeScript, which no package carries; a consumer whose own workspace uses that
 * condition, as ours does, would be led to files that are not there. `private` keeps `npm publish` away from the
 * workspaces themselves. Scripts and development dependencies say nothing to who installs.
 */
import { NearsideError } from '@nearside/core'

export type Manifest = Readonly<Record<string, unknown>> & {
  readonly name: string
  readonly version: string
}

const checkoutOnly = ['private', 'scripts', 'devDependencies', 'workspaces']

export function publishedManifest(workspace: Manifest): Manifest {
  const kept = Object.entries(workspace).filter(([field]) => !checkoutOnly.includes(field))
  const manifest = Object.fromEntries(kept)
  if (manifest.exports !== undefined) manifest.exports = withoutSource(manifest.exports)
  return { ...manifest, name: workspace.name, version: workspace.version }
}

/** Every file that the manifest names, as paths from the package's root: what a consumer can reach. */
export function entriesOf(manifest: Manifest): readonly string[] {
  return [...pathsIn(manifest.exports), ...pathsIn(manifest.bin)].map((path) => path.replace(/^\.\//, ''))
}

export function readManifest(text: string): Manifest {
  const manifest: unknown = JSON.parse(text)
  if (isRecord(manifest) && typeof manifest.name === 'string' && typeof manifest.version === 'string') {
    return { ...manifest, name: manifest.name, version: manifest.version }
  }
  throw new NearsideError('bad-options', 'A package.json has a name and a version.')
}

function withoutSource(exports: unknown): unknown {
  if (!isRecord(exports)) return exports
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([condition]) => condition !== 'source')
      .map(([condition, target]) => [condition, withoutSource(target)]),
  )
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return isRecord(value) ? Object.values(value).flatMap(pathsIn) : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
