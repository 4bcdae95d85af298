/**
 * The folder of the model that somebody names to be served: a folder that is there, or a model that was
 * pulled or linked, by its name. Nothing is fetched here: a server does not download behind anybody's back.
 */
import { existsSync } from 'node:fs'
import { NearsideError, nearName } from '@nearside/core'
import { loadCatalogue } from './catalogue/catalogue.ts'
import { isPath } from './catalogue/read-reference.ts'
import { findModel, listModels } from './store/installed.ts'

export async function resolveModel(given: string, folder: string): Promise<string> {
  // Another server's address is an engine's business.
  if (/^https?:\/\//i.test(given)) return given
  const catalogue = loadCatalogue()
  const model = isPath(given) ? null : findModel(await listModels(folder), given, catalogue)
  if (model !== null) return model.folder
  if (existsSync(given)) return given
  if (isPath(given))
    throw new NearsideError('bad-options', `There is nothing at ${given}.`, { param: 'model' })
  const [name = '', ...quantisation] = given.toLowerCase().split(':')
  const near = nearName(
    name,
    catalogue.models.map(({ alias }) => alias),
  )
  const advice =
    near === null
      ? 'nearside-runtime list shows what is here, list --catalogue what can be pulled.'
      : near === name
        ? `fetch it first: nearside-runtime pull ${given}.`
        : `did you mean ${[near, ...quantisation].join(':')}?`
  throw new NearsideError('unknown-model', `There is no model ${given} in ${folder}; ${advice}`, {
    param: 'model',
  })
}
