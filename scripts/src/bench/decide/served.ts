/**
 * The bundles that are measured: one for each engine, imported by this process and served by workerd, in both with the
 * weights beside it that are shipped.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Bundle, bundleWorker, type WorkerModule } from '../../workerd/bundle.ts'
import { root } from '../../workerd/repository.ts'
import { readSettings } from '../../workerd/settings.ts'
import { temporaryFolder } from '../../workerd/temporary-folder.ts'
import { type WorkerdFolder, writeWorkerd } from '../../workerd/workerd.ts'
import { moduleFile } from '../child-module.ts'
import type { Works } from './targets/batches.ts'
import type * as Fused from './targets/fused.ts'
import type * as SecondEngine from './targets/second-engine.ts'

export type Entry = 'fused' | 'second-engine' | 'cold-with' | 'cold-without' | 'cold-engine'

export type Weights = {
  readonly model: Uint8Array<ArrayBuffer>
  readonly heads: Uint8Array<ArrayBuffer>
  readonly wasm: Uint8Array<ArrayBuffer>
}

export async function readWeights(): Promise<Weights> {
  const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
  const read = async (file: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(file))
  return {
    model: await read(`${root}shared/model/classifier.onnx.bin`),
    heads: await read(`${root}shared/model/text-heads.bin`),
    wasm: await read(wasm),
  }
}

const handed: Readonly<Record<Entry, readonly (keyof Weights)[]>> = {
  fused: ['model', 'heads'],
  'second-engine': ['model', 'wasm'],
  'cold-with': ['model'],
  'cold-without': [],
  'cold-engine': ['model', 'wasm'],
}

/** A Worker of the bundle, and of a main module that hands it the weights as the files that wrangler would upload. */
export async function workerOf(entry: Entry, weights: Weights): Promise<WorkerdFolder> {
  const { compatibilityDate, compatibilityFlags } = await readSettings()
  const code = await codeOf(entry)
  const given = handed[entry]
  const fileOf = (name: keyof Weights): string => (name === 'wasm' ? 'runtime.wasm' : `${name}.bin`)
  const main = [
    ...given.map((name) => `import ${name} from './${fileOf(name)}'`),
    `import { serve } from './code.js'`,
    `export default serve(${given.join(', ')})`,
  ].join('\n')
  const files = given.map((name): [string, WorkerModule] => [
    fileOf(name),
    { type: name === 'wasm' ? 'wasm' : 'data', contents: weights[name] },
  ])
  const bundle: Bundle = {
    main: 'worker.js',
    modules: {
      'worker.js': { type: 'esm', contents: main },
      'code.js': { type: 'esm', contents: code },
      ...Object.fromEntries(files),
    },
  }
  return writeWorkerd({ bundle, compatibilityDate, compatibilityFlags, vars: {} })
}

/** The same bundles in this process. */
export async function worksHere(
  weights: Weights,
): Promise<Readonly<Record<'fused' | 'second-engine', Works>>> {
  const folder = temporaryFolder('bench-decide')
  const load = async (entry: Entry): Promise<unknown> => {
    const file = join(folder, `${entry}.mjs`)
    await writeFile(file, await codeOf(entry))
    return import(pathToFileURL(file).href)
  }
  const fused = (await load('fused')) as typeof Fused
  const engine = (await load('second-engine')) as typeof SecondEngine
  return {
    fused: fused.fusedWorks(weights.model.buffer, weights.heads.buffer),
    'second-engine': await engine.engineWorks(weights.model.buffer, await WebAssembly.compile(weights.wasm)),
  }
}

async function codeOf(entry: Entry): Promise<string> {
  const file = moduleFile(`targets/${entry}`, import.meta.url)
  const { main, modules } = await bundleWorker(file, { minify: true })
  return String(modules[main]?.contents)
}
