/** `nearside-runtime rm MODEL [--force]`: a model that somebody serves is taken away only by force. */
import { NearsideError } from '@nearside/core'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import { findModel, listModels } from '../store/installed.ts'
import { modelsFolder } from '../store/places.ts'
import { removeModel } from '../store/remove.ts'
import { serversOf } from '../store/serving.ts'
import { jsonLine, type Output } from './output.ts'
import { type Grammar, textFlag, type Words } from './words.ts'

export const rmGrammar: Grammar = {
  command: 'rm',
  usage: 'MODEL',
  positionals: [1, 1],
  values: [],
  switches: ['force'],
}

export async function rm(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<number> {
  const folder = modelsFolder(textFlag(words, 'models'), env)
  const given = words.positionals[0]!
  const model = findModel(await listModels(folder), given, loadCatalogue())
  if (model === null) {
    throw new NearsideError('unknown-model', `There is no model ${given} in ${folder}.`, { param: 'model' })
  }
  const servers = words.flags.force === true ? [] : await serversOf(folder, model.id)
  if (servers.length > 0) {
    const who = servers.map(({ pid, url }) => `process ${pid} at ${url}`).join(', ')
    throw new NearsideError(
      'not-ready',
      `${model.id} is being served (${who}). Stop that first; or with --force it is removed all the same, and cannot be loaded again there.`,
      { param: 'model' },
    )
  }
  await removeModel(folder, model)
  const left = model.linkedTo === null ? '' : `; ${model.linkedTo} was left alone`
  output.out(words.flags.json === true ? jsonLine({ removed: model.id }) : `${model.id} is removed${left}\n`)
  return 0
}
