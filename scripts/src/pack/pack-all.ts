/** Builds the workspaces and packs each of them; gives the tarballs, in the order in which they lean on each other. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NearsideError } from '@nearside/core'
import { root } from '../workerd/repository.ts'
import { stage } from './stage.ts'

export type Tarball = {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly bytes: number
}

const publishedWorkspaces: readonly string[] = ['shared', 'workers', 'local-runtime', 'scripts']

const run = promisify(execFile)

export async function packAll(folder: string): Promise<readonly Tarball[]> {
  // Said here, and not by a script of the packages: npm runs none in this repository.
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [compiler, '-b', ...publishedWorkspaces], { cwd: root }).catch((cause) => {
    throw new NearsideError('bad-options', `The packages could not be built.\n${cause.stdout ?? ''}`, {
      cause,
    })
  })

  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    if (name.endsWith('.tgz')) await rm(join(folder, name))
  }
  const tarballs: Tarball[] = []
  for (const workspace of publishedWorkspaces) {
    const staged = join(folder, 'staged', workspace)
    const { name, version } = stage(root, workspace, staged)
    await run('npm', ['pack', '--pack-destination', folder], { cwd: staged })
    const file = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
    tarballs.push({ name, version, file, bytes: (await stat(file)).size })
  }
  return tarballs
}
