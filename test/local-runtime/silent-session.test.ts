/** The session that hands nothing out, on the onnxruntime that runs the models. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tensor } from '@huggingface/transformers'
import { writeModel } from '@nearside/core'
import { afterAll, expect, it } from 'vitest'
import { onnxruntime } from '../../local-runtime/src/engine/transformers/onnxruntime.ts'
import {
  type SilentSession,
  silentSession,
} from '../../local-runtime/src/engine/transformers/silent-session.ts'
import { modelFolder } from './model-folders.ts'

const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 }
const mostBytes = 2 ** 30
const demo = join(modelFolder, 'onnx', 'model.onnx')
const folder = mkdtempSync(join(tmpdir(), 'silent-session-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Feeds = Parameters<SilentSession['run']>[0]

function feedsOf(session: SilentSession, ids: readonly number[]): Feeds {
  const integers = (values: readonly number[]): Feeds[string] =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]).ort_tensor
  const feeds: Record<string, Feeds[string]> = {
    input_ids: integers(ids),
    attention_mask: integers(ids.map(() => 1)),
    position_ids: integers(ids.map((_, at) => at)),
    num_logits_to_keep: new Tensor('int64', BigInt64Array.of(1n), []).ort_tensor,
  }
  for (const { name, shape } of session.inputMetadata) {
    if (!name.startsWith('past')) continue
    feeds[name] = new Tensor('float32', new Float32Array(), [
      1,
      Number(shape![1]),
      0,
      Number(shape![3]),
    ]).ort_tensor
  }
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)))
}

it('writes into the buffers that are brought what it otherwise hands out', async () => {
  const session = (await silentSession(demo, options, mostBytes))!
  const feeds = feedsOf(session, [3, 1, 4])
  const handedOut = await session.run(feeds)
  expect(Object.keys(handedOut)).toEqual(session.outputNames)

  const { Tensor: OrtTensor } = onnxruntime()
  const into = Object.fromEntries(
    Object.entries(handedOut).map(([name, { type, data, dims }]) => [
      name,
      new OrtTensor(type, new Float32Array(data.length), dims),
    ]),
  )
  await session.compute(feeds, into)
  for (const [name, { data }] of Object.entries(handedOut)) expect(into[name]!.data).toEqual(data)
  await session.release()
})

it('tells of a run that failed', async () => {
  const session = (await silentSession(demo, options, mostBytes))!
  const feeds = feedsOf(session, [3, 1, 4])
  const { Tensor: OrtTensor } = onnxruntime()
  const tooSmall = { logits: new OrtTensor('float32', new Float32Array(2), [1, 1, 2]) }
  await expect(session.compute(feeds, tooSmall)).rejects.toThrow(/invalid dimensions for output: logits/)
  await session.release()
})

it('is not for graphs without attention that could write in place, nor for files larger than may be read', async () => {
  const plain = join(folder, 'plain.onnx')
  const sum = { op: 'Add', inputs: ['input', 'input'], outputs: ['output'] }
  const value = { type: 'float32', dims: [1] } as const
  const [inputs, outputs] = [[{ name: 'input', ...value }], [{ name: 'output', ...value }]]
  writeFileSync(plain, writeModel({ nodes: [sum], initializers: {}, inputs, outputs }))
  expect(await silentSession(plain, options, mostBytes)).toBeNull()

  const { size } = statSync(demo)
  expect(await silentSession(demo, options, size - 1)).toBeNull()
})

it('fails where the file is damaged', async () => {
  const broken = join(folder, 'broken.onnx')
  writeFileSync(broken, (await readFile(demo)).subarray(0, -1_000))
  await expect(silentSession(broken, options, mostBytes)).rejects.toThrow()
})
