/**
 * Chooses the engine for what an operator named: an address is another server's, a GGUF file is llama.cpp's, a folder with
 * `onnx/` is onnxruntime's. Where a folder holds both formats, llama.cpp takes it if its package is there: with long conversations
 * it decodes a third faster, since onnxruntime copies keys and values at each step. The choice and its reason are told.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { NearsideError } from '@nearside/core'
import type { ParkingSettings } from '../parking/check-parking.ts'
import { type Device, deviceFor, llamaDevices, onnxDevices } from './devices.ts'
import type { Engine } from './engine.ts'
import { llamaEngine } from './llama/llama-engine.ts'
import { openAiEngine } from './openai-compatible/openai-engine.ts'
import { transformersEngine } from './transformers/transformers-engine.ts'

export type AutoOptions = {
  /** A folder, a GGUF file, or the address of a server up to and with `/v1`. */
  readonly model: string
  readonly contextTokens: number
  /** @default 'auto' */
  readonly device?: Device
  /** Zero leaves it to the engine. */
  readonly threads: number
  readonly slots: number
  /** Whether vectors are wanted too. */
  readonly embeddings: 'on' | 'off'
  /** What another server wants as `authorization: Bearer …`. */
  readonly upstreamSecret: string | null
  /** `on` parks what must give way, with llama.cpp only. @default 'off' */
  readonly parkKeyValues?: 'on' | 'off'
  readonly parkTmpfs?: string
  readonly parkFolder?: string | null
  readonly parkBytes?: number
  /** Whether a GGUF file is mapped. @default true */
  readonly mmap?: boolean
  /** What an ONNX engine may keep of past conversations. @default the engine's own */
  readonly keptBytes?: number
}

export type EngineChoice =
  | { readonly engine: 'openai-compatible'; readonly url: string; readonly why: string }
  | { readonly engine: 'llama'; readonly file: string; readonly why: string }
  | { readonly engine: 'transformers'; readonly folder: string; readonly why: string }

export function autoEngine(options: AutoOptions): Engine {
  const {
    model,
    contextTokens,
    threads,
    slots,
    upstreamSecret: secret,
    embeddings,
    device = 'auto',
  } = options
  const choice = chooseEngine(model, isLlamaInstalled)
  const told = telling(choice)
  const counted = threads > 0 ? { threads } : {}
  if (options.parkKeyValues === 'on' && choice.engine !== 'llama') {
    throw new NearsideError(
      'bad-options',
      'parkKeyValues is for GGUF models, which llama.cpp runs; switch it off.',
      {
        param: 'parkKeyValues',
      },
    )
  }
  const kept = options.keptBytes === undefined ? {} : { keptBytes: options.keptBytes }
  switch (choice.engine) {
    case 'openai-compatible':
      return told(openAiEngine({ url: choice.url, secret, contextTokens, parallel: slots }))
    case 'llama':
      return told(
        llamaEngine({
          file: choice.file,
          contextTokens,
          slots,
          embeddings: embeddings === 'on',
          mmap: options.mmap ?? true,
          parking: parkingOf(options),
          device: deviceFor(device, llamaDevices, 'llama.cpp'),
          ...counted,
        }),
      )
    case 'transformers':
      return told(
        transformersEngine({
          folder: choice.folder,
          contextTokens,
          embeddings: embeddings === 'on',
          device: deviceFor(device, onnxDevices, 'onnxruntime'),
          ...{ ...kept, ...counted },
        }),
      )
  }
}

function parkingOf({ parkKeyValues, parkTmpfs, parkFolder, parkBytes }: AutoOptions): ParkingSettings | null {
  if (parkKeyValues !== 'on') return null
  return {
    tmpfs: parkTmpfs ?? '/dev/shm',
    folder: parkFolder ?? tmpdir(),
    bytes: parkBytes ?? 4 * 2 ** 30,
  }
}

export function chooseEngine(model: string, isLlamaThere: () => boolean): EngineChoice {
  if (/^https?:\/\//i.test(model)) {
    return { engine: 'openai-compatible', url: model, why: 'an address was named' }
  }
  const path = resolve(model)
  if (/\.gguf$/i.test(path)) return { engine: 'llama', file: path, why: 'a GGUF file was named' }
  const gguf = firstGguf(path)
  const hasOnnx = existsSync(join(path, 'onnx'))
  if (gguf === null) return { engine: 'transformers', folder: path, why: 'the folder holds no GGUF file' }
  if (!hasOnnx) return { engine: 'llama', file: gguf, why: 'the folder holds a GGUF file and no ONNX' }
  return isLlamaThere()
    ? { engine: 'llama', file: gguf, why: 'of GGUF and ONNX, llama.cpp decodes long conversations faster' }
    : { engine: 'transformers', folder: path, why: 'of GGUF and ONNX, for node-llama-cpp is not installed' }
}

/** The only GGUF file of a folder, or the first part of it; several models in one folder are no choice of ours. */
function firstGguf(folder: string): string | null {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return null
  const files = readdirSync(folder)
    .filter((file) => /\.gguf$/i.test(file) && !/-(?!00001)\d{5}-of-\d{5}\.gguf$/i.test(file))
    .sort()
  if (files.length > 1) {
    throw new NearsideError(
      'bad-options',
      `${folder} holds several GGUF files; name one of ${files.join(', ')}.`,
      {
        param: 'model',
      },
    )
  }
  return files[0] === undefined ? null : join(folder, files[0])
}

export function isLlamaInstalled(): boolean {
  const folders = createRequire(import.meta.url).resolve.paths('node-llama-cpp') ?? []
  return folders.some((folder) => existsSync(join(folder, 'node-llama-cpp', 'package.json')))
}

/** The engine, saying of its model why it was chosen. */
function telling({ why }: EngineChoice): (engine: Engine) => Engine {
  const told = <Told extends { readonly standsOn: string }>(facts: Told): Told => ({
    ...facts,
    standsOn: `${facts.standsOn}; chosen because ${why}`,
  })
  return (engine) => ({
    ...engine,
    load: async () => told(await engine.load()),
    async recalibrate() {
      const found = (await engine.recalibrate?.()) ?? null
      return found === null ? null : told(found)
    },
  })
}
