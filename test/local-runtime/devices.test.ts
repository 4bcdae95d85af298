/** A device that is asked for and is not there: the CPU takes its place, and that is told. */
import { serveRuntime, transformersEngine } from '@nearside/local-runtime'
import { expect, it } from 'vitest'
import { answerOf } from './engine-contract.ts'
import { modelFolder } from './model-folders.ts'

/** One that no onnxruntime of this system has. */
const missing = process.platform === 'win32' ? 'coreml' : 'dml'

it('runs an ONNX model on the CPU where its device cannot be used, with the same answers and one line about it', async () => {
  const cpu = transformersEngine({ folder: modelFolder, threads: 1, device: 'cpu' })
  const wished = transformersEngine({ folder: modelFolder, threads: 1, device: missing })
  const [plain, fallen] = await Promise.all([cpu.load(), wished.load()])
  expect(plain.standsOn).toMatch(/^onnxruntime on the CPU/)
  expect(fallen.standsOn).toMatch(
    new RegExp(`^${missing} could not be used \\(.+\\); onnxruntime on the CPU with 1 thread`),
  )
  expect(fallen.standsOn).not.toContain('\n')
  const asked = { outputLimit: 8 }
  expect((await answerOf(wished, asked)).text).toBe((await answerOf(cpu, asked)).text)
  await Promise.all([cpu.dispose(), wished.dispose()])
})

it('refuses a device that the engine of the model does not know', async () => {
  const runtime = await serveRuntime({ port: 0, model: modelFolder, device: 'metal' })
  await expect(runtime.ready).rejects.toMatchObject({ code: 'bad-options', param: 'device' })
  await runtime.close()
  await expect(serveRuntime({ device: 'tpu' as 'cpu' })).rejects.toThrow('device must be one of auto, cpu')
})
