/**
 * Where an ONNX model runs. Whatever was wished for is tried, and the CPU takes what it could not: a machine without the device that
 * its configuration names should serve slowly and say so, not stand still. `auto` tries CUDA where the system shows a card, since
 * there onnxruntime has the operators that decoding needs; WebGPU, DirectML and CoreML are tried where they are named.
 */
import { existsSync } from 'node:fs'
import type { OnnxDevice } from '../devices.ts'

export type Attempted<Loaded> = {
  readonly device: Exclude<OnnxDevice, 'auto'>
  readonly loaded: Loaded
  /** What could not be used before, and why. */
  readonly passedOver: readonly string[]
}

export function devicesToTry(
  wished: OnnxDevice,
  hasCard: () => boolean = () => existsSync('/dev/nvidia0'),
): readonly Exclude<OnnxDevice, 'auto' | 'cpu'>[] {
  if (wished === 'cpu') return []
  if (wished !== 'auto') return [wished]
  return process.platform === 'linux' && process.arch === 'x64' && hasCard() ? ['cuda'] : []
}

/** `load` on the first device on which it succeeds; the CPU's failure is everybody's. */
export async function onFirstDevice<Loaded>(
  candidates: readonly Exclude<OnnxDevice, 'auto' | 'cpu'>[],
  load: (device: Exclude<OnnxDevice, 'auto'>) => Promise<Loaded>,
): Promise<Attempted<Loaded>> {
  const passedOver: string[] = []
  for (const device of candidates) {
    try {
      return { device, loaded: await load(device), passedOver }
    } catch (error) {
      passedOver.push(`${device} could not be used (${shortly(error)})`)
    }
  }
  return { device: 'cpu', loaded: await load('cpu'), passedOver }
}

/** As it stands in the log. */
export function placeName(device: Exclude<OnnxDevice, 'auto'>): string {
  return `onnxruntime on ${device === 'cpu' ? 'the CPU' : `the device ${device}, and the CPU for what that has not`}`
}

/** What failed, without the source files and conditions that some of onnxruntime's messages begin with. */
function shortly(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  const line = first.replace(/^\S+\.(?:cc|cpp|h):\d+ .*? was false\. /, '')
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
