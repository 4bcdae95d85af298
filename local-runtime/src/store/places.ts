/**
 * Where models are kept: `<folder>/<name>@<quantisation>` for each, and what is on its way under `.partial`,
 * so that nothing half-fetched is ever taken for a model.
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The folder that was named, or where this system keeps an application's data. */
export function modelsFolder(
  given: string | null,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = given ?? env.NEARSIDE_MODELS
  if (named !== undefined && named !== '') return resolve(named)
  const home = env.HOME ?? homedir()
  if (env.XDG_DATA_HOME !== undefined && env.XDG_DATA_HOME !== '') {
    return join(env.XDG_DATA_HOME, 'nearside', 'models')
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'nearside', 'models')
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'nearside', 'models')
  }
  return join(home, '.local', 'share', 'nearside', 'models')
}

/**
 * The name of a model's folder. A repository's slash becomes two dashes: one level is enough to look through.
 */
export function modelId(name: string, quantisation: string): string {
  return `${name.replaceAll('/', '--')}@${quantisation}`
}

export function isModelId(entry: string): boolean {
  return /^[\w.-]+@[\w.-]+$/.test(entry)
}

function partialFolder(folder: string): string {
  return join(folder, '.partial')
}

/** What has come of files that are not whole yet, named by their hash. */
export function partFile(folder: string, hash: string): string {
  return join(partialFolder(folder), `${hash}.part`)
}

/** A model that is being put together; it is renamed to its place when it is whole. */
export function stagingFolder(folder: string, id: string): string {
  return join(partialFolder(folder), id)
}

/** What servers say of the models that they stand on. */
export function servingFolder(folder: string): string {
  return join(folder, '.serving')
}

export function lockFile(folder: string, id: string): string {
  return join(partialFolder(folder), `${id}.lock`)
}
