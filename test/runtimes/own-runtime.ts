/**
 * A runtime that is not Node, fetched as the npm package that carries its binary, once, and kept in `.cache/runtimes`.
 *
 * The version is exact, no install script is run, and nothing of the project depends on it. A machine without a registry,
 * or of another kind, goes without: that is said, not failed.
 */
import { execFile } from 'node:child_process'
import { access, chmod, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../scripts/src/workerd/repository.ts'

export type RuntimePackage = {
  readonly name: string
  readonly version: string
  /** The binary within the package. */
  readonly binary: string
}

export type Had =
  | { readonly had: true; readonly path: string }
  /** What would install it, and why that did not. */
  | { readonly had: false; readonly line: string; readonly why: string }

const folder = join(root, '.cache', 'runtimes')

export async function ownRuntime({ name, version, binary }: RuntimePackage): Promise<Had> {
  const prefix = join(folder, `${name.replaceAll('/', '-')}-${version}`)
  const path = join(prefix, 'node_modules', name, binary)
  const args = ['install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix]
  const line = `npm ${[...args, `${name}@${version}`].join(' ')}`
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { had: false, line, why: `${name} is for x64 Linux` }
  }
  try {
    if (!(await isThere(path))) {
      await mkdir(prefix, { recursive: true })
      await promisify(execFile)('npm', [...args, '--fetch-retries=0', `${name}@${version}`], {
        cwd: prefix,
        timeout: 50_000,
      })
      await chmod(path, 0o755)
    }
    await promisify(execFile)(path, ['--version'], { timeout: 100_000 })
    return { had: true, path }
  } catch (error) {
    return { had: false, line, why: lastLine(error) }
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** What npm says in the end, the command in front of it left out. */
function lastLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return lines.find((line) => line.startsWith('npm error')) ?? lines.at(-1) ?? ''
}
