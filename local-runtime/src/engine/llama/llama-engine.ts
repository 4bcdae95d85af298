/** Runs a GGUF model with llama.cpp, by way of node-llama-cpp, in a process of its own. */
import type { ChildProcess } from 'node:child_process'
import { readGguf } from '../../model/read-gguf.ts'
import { checkParking, type ParkingSettings } from '../../parking/check-parking.ts'
import type { Engine } from '../engine.ts'
import { hostedEngine } from '../host/hosted-engine.ts'
import { startProcess } from '../host/start-process.ts'
import { defaultThreads, usableCores } from '../host/threads.ts'
import type { LlamaDevice, LlamaSettings } from './settings.ts'

export type LlamaOptions = {
  /** A GGUF file; of several parts, the first. */
  readonly file: string
  /** Longest conversation with its answer; never more than the model was made for. @default 8192 */
  readonly contextTokens?: number
  /** Conversations that are answered together, each with keys and values of its own. @default 1 */
  readonly slots?: number
  /** @default what a short trial at the load finds fastest, within affinity and quota */
  readonly threads?: number
  /** `auto` takes the first of CUDA, Metal and Vulkan that is there, or else the CPU. @default 'auto' */
  readonly device?: LlamaDevice
  /** Maps the file instead of copying it: loads faster, and the kernel may take the pages back. @default true */
  readonly mmap?: boolean
  /** Tokens of a prompt that are read between two looks at a cancellation. @default 256 */
  readonly prefillTokens?: number
  /** Whether texts can be made into vectors, which takes a second context. @default false */
  readonly embeddings?: boolean
  /** Parks conversations that must give way on a disk, encrypted. @default null, which parks nothing */
  readonly parking?: ParkingSettings | null
  /** After this long without a sign of life from a generation its process is given up. @default 120000 */
  readonly stallMs?: number
  /** Starts the process. Tests come in here to see it die. */
  readonly startProcess?: () => ChildProcess
}

export function llamaEngine(options: LlamaOptions): Engine {
  return hostedEngine<LlamaSettings>({
    stallMs: options.stallMs ?? 120_000,
    startProcess: options.startProcess ?? startLlama,
    async prepare() {
      const { parking = null } = options
      if (parking !== null) await checkParking(parking, Date.now())
      const { weightBytes, path, ...identity } = await readGguf(options.file)
      const mostThreads = defaultThreads(weightBytes, usableCores())
      return {
        identity,
        settings: {
          file: path,
          contextTokens: options.contextTokens ?? 8_192,
          slots: options.slots ?? 1,
          threads: options.threads ?? 0,
          mostThreads,
          device: options.device ?? 'auto',
          mmap: options.mmap ?? true,
          prefillTokens: options.prefillTokens ?? 256,
          embeddings: options.embeddings ?? false,
          parking,
        },
      }
    },
  })
}

export function startLlama(): ChildProcess {
  return startProcess('./llama-process', import.meta.url)
}
