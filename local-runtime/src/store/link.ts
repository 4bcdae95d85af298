/** Makes a model that lies somewhere on this machine known by a name, without copying it. */
import { mkdir, realpath, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { NearsideError } from '@nearside/core'
import { readWeights } from './installed.ts'
import { withLock } from './lock.ts'
import { lockFile, modelId } from './places.ts'

export type Linked = { readonly id: string; readonly folder: string; readonly linkedTo: string }

export async function linkModel(given: string, folder: string): Promise<Linked> {
  const target = await realpath(resolve(given)).catch((cause: unknown) => {
    throw new NearsideError('bad-options', `There is nothing at ${given}.`, { param: 'model', cause })
  })
  const isFile = (await stat(target)).isFile()
  const holdsModel = isFile ? target.endsWith('.gguf') : (await readWeights(target)) !== null
  if (!holdsModel) {
    throw new NearsideError(
      'bad-options',
      `${given} holds no model: it must be a .gguf file, or a folder with one, or with onnx/model….onnx.`,
      { param: 'model' },
    )
  }
  const name = basename(target, '.gguf').replaceAll(/[^\w.-]+/g, '-')
  const id = modelId(name, 'linked')
  const place = join(folder, id)
  await withLock(lockFile(folder, id), id, async () => {
    if ((await stat(place).catch(() => null)) !== null) {
      throw new NearsideError('bad-options', `There is a model ${id} already; remove it first.`, {
        param: 'model',
      })
    }
    // A file gets a folder of its own to lie in: a model is a folder wherever it is handed on.
    if (isFile) await mkdir(place)
    const from = isFile ? join(place, basename(target)) : place
    await mkdir(dirname(from), { recursive: true })
    await symlink(target, from, isFile ? 'file' : 'junction')
  })
  return { id, folder: place, linkedTo: target }
}
