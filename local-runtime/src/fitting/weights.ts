/**
 * What a model that was chosen for an engine would load: its weights and the dimensions of its attention, read from file sizes
 * and headers alone. Null where a model does not say them, and then nothing can be planned.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readGguf } from '../doctor/read-gguf.ts'
import { readConfigShape } from '../doctor/read-shape.ts'
import type { EngineChoice } from '../engine/auto.ts'
import type { ModelShape } from '../memory/plan.ts'
import { weightsAmong } from '../model/read-model.ts'

export async function weightsOf(choice: EngineChoice): Promise<ModelShape | null> {
  switch (choice.engine) {
    case 'openai-compatible':
      // Its memory is another machine's matter.
      return null
    case 'llama': {
      const shape = await readGguf(choice.file)
      const weightBytes = await sizeOf(dirname(choice.file), partsOf(basename(choice.file)))
      return shape === null || weightBytes === 0 ? null : { format: 'gguf', weightBytes, ...shape }
    }
    case 'transformers': {
      const config = await readFile(join(choice.folder, 'config.json'), 'utf8').catch(() => null)
      const shape = config === null ? null : readConfigShape(config)
      const weightBytes = await onnxBytes(join(choice.folder, 'onnx'))
      return shape === null || weightBytes === 0 ? null : { format: 'onnx', weightBytes, ...shape }
    }
  }
}

/** A file in parts is named `…-00001-of-00003.gguf`, and so on. */
function partsOf(file: string): (name: string) => boolean {
  const ending = /-00001(-of-\d{5}\.gguf)$/i.exec(file)?.[1]
  if (ending === undefined) return (name) => name === file
  const head = file.slice(0, -ending.length - 6)
  return (name) => name.startsWith(`${head}-`) && name.endsWith(ending)
}

async function onnxBytes(folder: string): Promise<number> {
  const chosen = weightsAmong(await readdir(folder).catch(() => []))
  if (chosen === undefined) return 0
  return sizeOf(folder, (name) => name === chosen.file || name.startsWith(`${chosen.file}_data`))
}

async function sizeOf(folder: string, isPart: (name: string) => boolean): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter(isPart)
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
