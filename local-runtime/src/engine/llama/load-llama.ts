/**
 * Loads a GGUF file with node-llama-cpp: on the first device that takes it, without a download and without a compiler, which the
 * library would otherwise start on its own where no ready-made build fits.
 */
import { NearsideError } from '@nearside/core'
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp'
import { type Calibration, fastestThreads } from '../host/calibrate.ts'
import { type Cadence, cadence } from './cadence.ts'
import type { LlamaDevice, LlamaSettings } from './settings.ts'

export type LoadedLlama = {
  readonly model: LlamaModel
  readonly context: LlamaContext
  readonly cadence: Cadence
  readonly tokensPerSecond: number
  readonly calibration: Calibration
  readonly standsOnWith: (calibration: Calibration) => string
  readonly speedWith: (threads: number) => Promise<number>
  /** A context in place of the one before, which must have been disposed of: there may be no memory for two. */
  readonly openContext: (threads: number) => Promise<LlamaContext>
}

type Gpu = Exclude<LlamaDevice, 'auto' | 'cpu'>

export async function loadLlama(settings: LlamaSettings): Promise<LoadedLlama> {
  const { llama, passedOver } = await startedLlama(settings)
  const model = await llama.loadModel({ modelPath: settings.file, useMmap: settings.mmap })
  const trained = model.trainContextSize
  const contextSize = Math.min(settings.contextTokens, trained > 0 ? trained : settings.contextTokens)

  const calibration =
    settings.threads > 0
      ? { threads: settings.threads, why: 'as set' }
      : await fastestThreads(settings.mostThreads, (tried) => speedWith(model, tried))
  const openContext = (threads: number): Promise<LlamaContext> =>
    model.createContext({ contextSize, sequences: settings.slots, threads })
  const context = await openContext(calibration.threads)
  const tokensPerSecond = await speedOf(context)
  const device = llama.gpu === false ? 'the CPU' : `the GPU (${llama.gpu})`
  return {
    model,
    context,
    cadence: cadence(),
    tokensPerSecond,
    calibration,
    standsOnWith({ threads, why }) {
      const counted = `${threads} ${threads === 1 ? 'thread' : 'threads'}, ${why}`
      return [`llama.cpp on ${device} with ${counted}`, ...passedOver].join('; ')
    },
    speedWith: (threads) => speedWith(model, threads),
    openContext,
  }
}

async function startedLlama(
  settings: LlamaSettings,
): Promise<{ readonly llama: Llama; readonly passedOver: readonly string[] }> {
  const library = await import('node-llama-cpp').catch((cause: unknown) => {
    throw new NearsideError(
      'bad-options',
      'GGUF models need the package node-llama-cpp, which is not installed: npm install node-llama-cpp@3.20.0',
      { cause },
    )
  })
  const passedOver: string[] = []
  const start = (gpu: Gpu | false): Promise<Llama> =>
    library.getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: library.LlamaLogLevel.disabled,
      maxThreads: settings.threads > 0 ? settings.threads : settings.mostThreads,
      gpu,
    })
  for (const gpu of gpusToTry(settings.device)) {
    try {
      return { llama: await start(gpu), passedOver }
    } catch {
      passedOver.push(`no build for ${gpu} runs here`)
    }
  }
  return { llama: await start(false), passedOver }
}

function gpusToTry(device: LlamaDevice): readonly Gpu[] {
  if (device === 'cpu') return []
  if (device !== 'auto') return [device]
  return process.platform === 'darwin' ? ['metal'] : ['cuda', 'vulkan']
}

async function speedWith(model: LlamaModel, threads: number): Promise<number> {
  const context = await model.createContext({ contextSize: 256, sequences: 1, threads })
  try {
    return await speedOf(context)
  } finally {
    await context.dispose()
  }
}

/** The first tokens lay out memory; without them the first caller would wait for it. Also a first measure. */
async function speedOf(context: LlamaContext): Promise<number> {
  const sequence = context.getSequence()
  const anyToken = context.model.tokens.bos ?? context.model.tokens.eos ?? context.model.tokenize('a')[0]!
  const rounds = 4
  let made = 0
  let start = 0
  for await (const _ of sequence.evaluate([anyToken], { temperature: 0, yieldEogToken: true })) {
    if (made === 0) start = performance.now()
    if (++made > rounds) break
  }
  const tokensPerSecond = (rounds * 1_000) / (performance.now() - start)
  await sequence.dispose()
  return tokensPerSecond
}
