/** `nearside-runtime pull MODEL`: from the hub, or linked where MODEL is a path. */
import { hubAddress } from '../hub/address.ts'
import { sizeText } from '../store/disk.ts'
import { fetchModel } from '../store/fetch-model.ts'
import { modelsFolder } from '../store/places.ts'
import { jsonLine, type Output } from './output.ts'
import { progressView } from './progress.ts'
import { type Grammar, textFlag, type Words } from './words.ts'

export const pullGrammar: Grammar = {
  command: 'pull',
  usage: 'MODEL',
  positionals: [1, 1],
  values: ['hub'],
  switches: [],
}

export async function pull(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const folder = modelsFolder(textFlag(words, 'models'), env)
  const hub = hubAddress(textFlag(words, 'hub'), env)
  const view = progressView(output, () => performance.now())
  try {
    const fetched = await fetchModel(words.positionals[0]!, {
      folder,
      hub,
      signal,
      onProgress: (progress) => view.show(progress),
    })
    view.end()
    const { type, id } = fetched
    if (words.flags.json === true) {
      const told =
        fetched.type === 'linked'
          ? { linkedTo: fetched.linkedTo }
          : {
              fetched: fetched.fetched,
              bytes: fetched.record.bytes,
              revision: fetched.record.source.revision,
            }
      output.out(jsonLine({ type, id, folder: fetched.folder, ...told }))
    } else if (fetched.type === 'linked') {
      output.out(`${id} is linked to ${fetched.linkedTo}\n`)
    } else {
      const { bytes, source, licence } = fetched.record
      const what = fetched.fetched ? 'is here' : 'was here already'
      const terms = licence === null ? '' : `, under ${licence}`
      output.out(`${id} ${what}: ${sizeText(bytes)} at commit ${source.revision.slice(0, 12)}${terms}\n`)
    }
    return 0
  } catch (error) {
    view.end()
    if (!signal.aborted) throw error
    output.err('Stopped. What came so far is kept: the same command goes on with it.\n')
    return 130
  }
}
