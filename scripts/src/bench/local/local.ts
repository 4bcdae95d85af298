/**
 * `npm run bench -- local`: our engines beside what they stand on, on generated weights of a 3B model in both formats.
 *
 * Everything is given the threads that our llama engine finds fastest at its load. What a token costs at least is what its weights
 * take to read, so the memory's speed is measured in the same run.
 */
import { statSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { type Engine, llamaEngine, transformersEngine } from '@nearside/local-runtime'
import { root } from '../../workerd/repository.ts'
import { temporaryFolder } from '../../workerd/temporary-folder.ts'
import type { BenchOptions, BenchResult } from '../bench.ts'
import { measure, type TargetName, type Targets, targetNames } from './measure.ts'
import { measureOverhead } from './overhead.ts'
import { type LoadedTarget, startTarget } from './start-target.ts'
import { summary } from './summary.ts'
import { ours } from './targets/ours.ts'
import { dimensions } from './weights/dimensions.ts'
import { generateModel } from './weights/generate.ts'

const contextTokens = 1_100
const neededBytes = { '3b': 17 * 2 ** 30, small: 2 ** 30 } as const

export async function benchLocal(options: BenchOptions): Promise<BenchResult> {
  const { rounds, seconds, say, dimensions: name, keep } = options
  if (freemem() < neededBytes[name]) {
    throw new Error(
      `five loaded models need ${neededBytes[name] / 2 ** 30} GiB of free memory; --dimensions small needs less`,
    )
  }
  const overhead = await measureOverhead(rounds, seconds)
  const into = keep ? join(root, '.cache', `bench-local-${name}`) : temporaryFolder('bench-local')
  const files = generateModel(into, name)
  say(`weights of ${name} in ${keep ? into : 'a temporary folder'}`)

  const begun: LoadedTarget[] = []
  try {
    const llama = await loadOurs(llamaEngine({ file: files.gguf, contextTokens, slots: 4 }))
    begun.push(llama)
    const threads = Number(/with (\d+) thread/.exec(llama.standsOn)?.[1] ?? 1)
    say(llama.standsOn)
    const setup = { ...files, vocabulary: dimensions[name].vocabulary, threads, contextTokens }
    const keptBytes = 2 ** 30
    const onnx = await loadOurs(
      transformersEngine({ folder: files.folder, contextTokens, threads, keptBytes }),
    )
    begun.push(onnx)
    say(onnx.standsOn)
    const direct: LoadedTarget[] = []
    for (const target of ['llama-direct', 'ort-direct', 'transformers-direct'] as const) {
      direct.push(await startTarget(target, setup))
      begun.push(direct.at(-1)!)
    }
    const targets: Targets = {
      'nearside llama': llama,
      'node-llama-cpp': direct[0]!,
      'nearside onnx': onnx,
      'onnxruntime-node': direct[1]!,
      'transformers.js': direct[2]!,
    }
    const measures = await measure(targets, threads, rounds, say)
    const residentMib = new Map<TargetName, number | null>()
    for (const target of targetNames) residentMib.set(target, await targets[target].residentMib())

    const { rows, figures, table } = summary(measures, {
      size: dimensions[name],
      ggufBytes: statSync(files.gguf).size,
      onnxBytes: statSync(join(files.folder, 'onnx/model_q4.onnx_data')).size,
      loadMs: (target) => targets[target].loadMs,
      residentMib: (target) => residentMib.get(target) ?? null,
    })
    const all = { ...figures, overhead_ms_per_request: overhead.ms }
    say(`\n${table}\n`)
    for (const [figure, value] of Object.entries(all)) say(`${figure.padEnd(28)} ${value}`)
    const about = { kind: 'run', dimensions: name, threads, llama: llama.standsOn, onnx: onnx.standsOn }
    return { rows: [about, ...rows, overhead.row], figures: all, failures: overhead.failures }
  } finally {
    for (const target of begun) await target.stop()
  }
}

async function loadOurs(engine: Engine): Promise<LoadedTarget & { readonly standsOn: string }> {
  const begunAt = performance.now()
  const { standsOn } = await engine.load()
  return { ...ours(engine), loadMs: performance.now() - begunAt, standsOn, stop: () => engine.dispose() }
}
