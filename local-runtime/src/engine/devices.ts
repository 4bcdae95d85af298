/**
 * What a model can be asked to run on, and which of it each engine knows. A device that an engine does not know is an operator's mistake
 * and refused; one that it knows and that is not there is passed over for the CPU, and told.
 */
import { NearsideError } from '@nearside/core'

export const devices = ['auto', 'cpu', 'cuda', 'metal', 'vulkan', 'webgpu', 'dml', 'coreml'] as const
export type Device = (typeof devices)[number]

export const llamaDevices = ['auto', 'cpu', 'cuda', 'metal', 'vulkan'] as const
export const onnxDevices = ['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const
export type LlamaDevice = (typeof llamaDevices)[number]
export type OnnxDevice = (typeof onnxDevices)[number]

export function deviceFor<Known extends Device>(
  device: Device,
  known: readonly Known[],
  engine: string,
): Known {
  const found = known.find((each) => each === device)
  if (found !== undefined) return found
  throw new NearsideError('bad-options', `device is one of ${known.join(', ')} with ${engine}.`, {
    param: 'device',
  })
}
