/**
 * Loads a model from its folder alone: nothing is fetched, nothing is cached elsewhere, and nothing is printed, because
 * @huggingface/transformers prints a prompt's token ids when a run fails. That library loads the tokenizer, and the graph too
 * where its keys and values cannot stay in place.
 */
import { join } from 'node:path'
import {
  AutoModelForCausalLM,
  AutoTokenizer,
  env,
  LogLevel,
  type PreTrainedTokenizer,
} from '@huggingface/transformers'
import { memoryNow, readText } from '../../machine/memory-now.ts'
import { readChatTemplate } from '../../model/read-chat-template.ts'
import type { Calibration } from '../host/calibrate.ts'
import { fastestOnnxThreads } from './fastest-onnx-threads.ts'
import { forward } from './forward.ts'
import { inPlaceSteps } from './in-place-steps.ts'
import { keptPrefixes } from './kept-prefixes.ts'
import { devicesToTry, onFirstDevice, placeName } from './onnx-devices.ts'
import type { TransformersSettings } from './settings.ts'
import { silentSession } from './silent-session.ts'
import { copyingSteps, type Steps } from './steps.ts'

export type LoadedModel = {
  readonly tokenizer: PreTrainedTokenizer
  readonly steps: Steps
  readonly threads: Calibration
  /** Which device runs it, and what was passed over. */
  readonly runsOn: string
  /** Whether keys and values stay where they are, or are copied at each step. */
  readonly isInPlace: boolean
  readonly tokensPerSecond: number
  /** How many tokens the model gives scores for. */
  readonly vocabulary: number
}

export const sessionOptions = {
  interOpNumThreads: 1,
  // Threads that spin while they wait take the core from those that have work.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
  logSeverityLevel: 4,
} as const

/** Nothing is fetched, kept elsewhere or printed. */
export function keepToFolder(): void {
  env.allowRemoteModels = false
  env.allowLocalModels = true
  env.useFSCache = false
  env.useBrowserCache = false
  env.logLevel = LogLevel.NONE
}

export async function loadTransformers({
  model: { folder, graphFile, dtype },
  threads: given,
  mostThreads,
  contextTokens,
  device: wished,
}: TransformersSettings): Promise<LoadedModel> {
  keepToFolder()
  const tokenizer = await AutoTokenizer.from_pretrained(folder)
  tokenizer.chat_template = (await readChatTemplate(folder)) ?? tokenizer.chat_template
  const threads =
    given > 0 ? { threads: given, why: 'as set' } : await fastestOnnxThreads(mostThreads, sessionOptions)
  // A device can also fail at the first run, so the warm-up belongs to the trial.
  const { device, loaded, passedOver } = await onFirstDevice(devicesToTry(wished), async (device) => {
    const options = { ...sessionOptions, intraOpNumThreads: threads.threads }
    const file = join(folder, 'onnx', graphFile)
    const inPlace = canBeSilent(device)
      ? await openInPlace(file, { ...options, executionProviders: [device] }, contextTokens)
      : null
    if (inPlace !== null) return { ...inPlace, isInPlace: true }

    const model = await AutoModelForCausalLM.from_pretrained(folder, {
      dtype,
      device,
      session_options: options,
    })
    try {
      const steps = copyingSteps(model)
      return { steps, isInPlace: false, ...(await warmUp(steps)) }
    } catch (error) {
      await model.dispose()
      throw error
    }
  })
  return { tokenizer, threads, ...loaded, runsOn: [...passedOver, placeName(device)].join('; ') }
}

/** Of the other devices the library knows better where keys and values should lie. */
function canBeSilent(device: string): boolean {
  return device === 'cpu' || device === 'cuda'
}

/** A graph's file up to this size is read a second time however little memory is left. */
const smallBytes = 64 * 2 ** 20

/** Null where that cannot be, for whatever reason: the plain way will say what is wrong with a model. */
async function openInPlace(
  file: string,
  options: object,
  contextTokens: number,
): Promise<Pick<LoadedModel, 'steps' | 'tokensPerSecond' | 'vocabulary'> | null> {
  // With all its weights in it, loading took three times the file's size instead of two.
  const mostBytes = Math.max(smallBytes, memoryNow(readText).availableBytes / 4)
  const session = await silentSession(file, options, mostBytes).catch(() => null)
  if (session === null) return null
  try {
    const steps = await inPlaceSteps(session, contextTokens)
    if (steps !== null) return { steps, ...(await warmUp(steps)) }
  } catch {
    // As if it were of another kind.
  }
  await session.release()
  return null
}

/** The first runs lay out memory; without these the first caller would wait for it. Also a first measure. */
async function warmUp(steps: Steps): Promise<Pick<LoadedModel, 'tokensPerSecond' | 'vocabulary'>> {
  const anyToken = [0]
  const step = forward(steps, keptPrefixes(0, 1))
  const { length: vocabulary } = await step.run(anyToken)
  const rounds = 4
  const start = performance.now()
  for (let round = 0; round < rounds; round++) await step.run(anyToken)
  return { tokensPerSecond: (rounds * 1_000) / (performance.now() - start), vocabulary }
}
