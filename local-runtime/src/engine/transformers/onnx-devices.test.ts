import { expect, it } from 'vitest'
import { deviceFor, llamaDevices, onnxDevices } from '../devices.ts'
import { devicesToTry, onFirstDevice } from './onnx-devices.ts'

const failing = (broken: readonly string[]) => async (device: string) => {
  if (broken.includes(device)) throw new Error(`no ${device} here\n  at /a/source/file.cc:12`)
  return `a session on ${device}`
}

it('runs where it was asked to', async () => {
  expect(await onFirstDevice(devicesToTry('webgpu'), failing([]))).toEqual({
    device: 'webgpu',
    loaded: 'a session on webgpu',
    passedOver: [],
  })
  expect(await onFirstDevice(devicesToTry('cpu'), failing(['cuda']))).toMatchObject({ device: 'cpu' })
})

it('takes the CPU where the device is not there, and says why in a line', async () => {
  expect(await onFirstDevice(devicesToTry('dml'), failing(['dml']))).toEqual({
    device: 'cpu',
    loaded: 'a session on cpu',
    passedOver: ['dml could not be used (no dml here)'],
  })
})

it('fails where the CPU does', async () => {
  await expect(onFirstDevice(devicesToTry('cuda'), failing(['cuda', 'cpu']))).rejects.toThrow('no cpu here')
})

it('tries by itself only CUDA, and only where there is a card', () => {
  expect(devicesToTry('auto', () => false)).toEqual([])
  const here = process.platform === 'linux' && process.arch === 'x64' ? ['cuda'] : []
  expect(devicesToTry('auto', () => true)).toEqual(here)
})

it('refuses a device that the engine does not know, by name', () => {
  expect(deviceFor('metal', llamaDevices, 'llama.cpp')).toBe('metal')
  expect(() => deviceFor('metal', onnxDevices, 'onnxruntime')).toThrow(
    'device is one of auto, cpu, cuda, webgpu, dml, coreml with onnxruntime.',
  )
})
