/** Where the repository lies: benches run from a checkout, never from a package. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The repository's root folder, with a slash at the end. */
export const root: string = fileURLToPath(new URL('../../../', import.meta.url))

/** The version of a dependency as it is installed. */
export function installedVersion(name: string): string {
  return JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8')).version
}
