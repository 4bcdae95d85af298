/**
 * Measures the targets in turn, all of them loaded at once: within a pass each decodes a few tokens at the same context, so
 * that whatever else the machine does falls on all of them.
 */
import { measureBandwidth } from '@nearside/local-runtime'
import type { LoadedTarget } from './start-target.ts'
import type { Prompt } from './targets/target.ts'

export const targetNames = [
  'nearside llama',
  'node-llama-cpp',
  'nearside onnx',
  'onnxruntime-node',
  'transformers.js',
] as const
export type TargetName = (typeof targetNames)[number]
export type Targets = Readonly<Record<TargetName, LoadedTarget>>

export const contexts = [30, 520, 1_000] as const
export type Context = (typeof contexts)[number]

type PerTarget = Readonly<Record<TargetName, number[]>>

export type Measures = {
  /** Milliseconds to the first token of 512 that nobody has read before, and once more of the same. */
  readonly coldMs: PerTarget
  readonly cachedMs: PerTarget
  /** Tokens a second, pass by pass. */
  readonly decode: Readonly<Record<Context, PerTarget>>
  readonly together: Readonly<Record<'nearside llama' | 'node-llama-cpp', number[]>>
  readonly bandwidth: number[]
}

export const promptTokens = 512
/** A multiple of the tokens of which our engine looks at one's probability: each pass holds its share of what that costs. */
const tokensAPass = 16
const tokensABatch = 16

export async function measure(
  targets: Targets,
  threads: number,
  rounds: number,
  say: (line: string) => void,
): Promise<Measures> {
  const none = (): PerTarget =>
    Object.fromEntries(targetNames.map((name) => [name, []])) as unknown as PerTarget
  const found: Measures = {
    coldMs: none(),
    cachedMs: none(),
    decode: { 30: none(), 520: none(), 1000: none() },
    together: { 'nearside llama': [], 'node-llama-cpp': [] },
    bandwidth: [],
  }
  const readBandwidth = async (): Promise<void> => {
    const measured = await measureBandwidth(threads)
    if (measured !== null) found.bandwidth.push(measured.bytesPerSecond)
  }
  const pass = async (context: Context, prompt: Prompt, each: number): Promise<void> => {
    for (const name of inTurn(targetNames, each)) {
      found.decode[context][name].push(await targets[name].decode(prompt, tokensAPass))
    }
  }

  // The first run of anything lays out memory.
  for (const name of targetNames) await targets[name].decode({ tokens: 30, salt: 0 }, 2)
  for (let each = 1; each <= rounds; each++) {
    await readBandwidth()
    const prompt = { tokens: promptTokens, salt: each }
    for (const name of inTurn(targetNames, each)) {
      found.coldMs[name].push(await targets[name].firstToken(prompt))
      if (name === 'nearside llama' || name === 'nearside onnx') {
        found.cachedMs[name].push(await targets[name].firstToken(prompt))
      }
      say(`round ${each} of ${rounds}: ${name} has read ${promptTokens} tokens`)
    }
    for (const half of [0, 1]) {
      await pass(30, { tokens: 30, salt: 0 }, each + half)
      await pass(520, prompt, each + half)
    }
  }
  // These go on from the last prompt of 512, and so come last.
  const long = { tokens: 1_000, salt: rounds }
  for (const name of targetNames) await targets[name].decode(long, 2)
  for (let each = 1; each <= rounds * 2; each++) await pass(1_000, long, each)
  await readBandwidth()
  say(`decoded at ${contexts.join(', ')} tokens`)

  const four = [1, 2, 3, 4].map((salt) => ({ tokens: 30, salt: 100 * salt }))
  for (let each = 1; each <= rounds; each++) {
    for (const name of inTurn(['nearside llama', 'node-llama-cpp'] as const, each)) {
      found.together[name].push(await targets[name].together(four, tokensABatch))
    }
  }
  await readBandwidth()
  return found
}

/** Forwards, and the next time backwards. */
function inTurn<Name>(names: readonly Name[], each: number): readonly Name[] {
  return each % 2 === 1 ? names : names.toReversed()
}
