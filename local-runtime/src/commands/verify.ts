/** `nearside-runtime verify [MODEL]`: exit code 1 where a file is not what it was when it came. */
import { NearsideError } from '@nearside/core'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import { findModel, type InstalledModel, listModels } from '../store/installed.ts'
import { modelsFolder } from '../store/places.ts'
import { type Verified, verifyModel } from '../store/verify.ts'
import { jsonLine, type Output } from './output.ts'
import { type Grammar, textFlag, type Words } from './words.ts'

export const verifyGrammar: Grammar = {
  command: 'verify',
  usage: 'a MODEL or none, which means all',
  positionals: [0, 1],
  values: [],
  switches: [],
}

export async function verify(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const folder = modelsFolder(textFlag(words, 'models'), env)
  const verified: Verified[] = []
  for (const model of chosen(await listModels(folder), words.positionals[0], folder)) {
    const result = await verifyModel(model, signal)
    verified.push(result)
    if (words.flags.json !== true) output.out(`${result.id}: ${wordsFor(result)}\n`)
  }
  if (words.flags.json === true) output.out(jsonLine({ folder, models: verified }))
  else if (verified.length === 0) output.out(`No models in ${folder}, so there is nothing to verify.\n`)
  return verified.some(({ state }) => state === 'damaged') ? 1 : 0
}

function chosen(
  models: readonly InstalledModel[],
  given: string | undefined,
  folder: string,
): readonly InstalledModel[] {
  if (given === undefined) return models
  const model = findModel(models, given, loadCatalogue())
  if (model !== null) return [model]
  throw new NearsideError('unknown-model', `There is no model ${given} in ${folder}.`, { param: 'model' })
}

function wordsFor({ id, state, files }: Verified): string {
  if (state === 'unknown') return 'not pulled, so there are no hashes to hold it against'
  if (state === 'whole') return `whole, ${files.length} files`
  const wrong = files.filter((file) => file.state !== 'whole').map(({ path, state }) => `${path} is ${state}`)
  const name = id.replace('@', ':')
  return `${wrong.join(', ')}. Fetch it anew: nearside-runtime rm ${id}, then pull ${name}`
}
