/**
 * `npm start -- --pull`: a small real model in place of the demonstration. Where the hub cannot be reached
 * that is said, and the demonstration runs: whoever wants to see the gateway is not kept from it by a line
 * that is down.
 */
import { isNearsideError } from '@nearside/core'
import {
  fetchModel,
  findModel,
  hubAddress,
  listModels,
  loadCatalogue,
  modelsFolder,
  type Output,
  progressView,
} from '@nearside/local-runtime'

/** Small enough for any machine, large enough to answer. */
const usualModel = 'smollm2-360m'

/** What keeps a model away without anybody having asked for something wrong. */
const outages: readonly string[] = ['tier-failed', 'timed-out', 'unauthorized', 'forbidden', 'not-found']

/** The folder of the model; null where it could not be had. */
export async function pullForStart(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<string | null> {
  const folder = modelsFolder(null, env)
  const here = findModel(await listModels(folder), name, loadCatalogue())
  if (here !== null) return here.folder

  const view = progressView(output, () => performance.now())
  output.err(`Fetching ${name} into ${folder}\n`)
  try {
    const fetched = await fetchModel(name, {
      folder,
      hub: hubAddress(null, env),
      signal,
      attempts: 3,
      onProgress: (progress) => view.show(progress),
    })
    view.end()
    return fetched.folder
  } catch (error) {
    view.end()
    if (signal.aborted || !isNearsideError(error) || !outages.includes(error.code)) throw error
    output.err(
      `${error.message} The demonstration model runs instead; --pull again goes on with what has come.\n`,
    )
    return null
  }
}

/** Takes `--pull` or `--pull=NAME` out of what was typed, and leaves the rest. */
export function readPull(words: readonly string[]): {
  readonly pull: string | null
  readonly rest: readonly string[]
} {
  const isPull = (word: string): boolean => word === '--pull' || word.startsWith('--pull=')
  const asked = words.find(isPull)
  const named = asked?.slice('--pull='.length)
  return {
    pull: asked === undefined ? null : named || usualModel,
    rest: words.filter((word) => !isPull(word)),
  }
}
