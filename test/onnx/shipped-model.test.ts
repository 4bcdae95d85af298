import { readFileSync } from 'node:fs'
import { classifierOf, loadModel, readClassifier, type Tensor } from '@nearside/core'
import { expect, it } from 'vitest'
import { featureReader } from '../../shared/src/classifier/features.ts'
import { openOnnxruntime } from './onnxruntime.ts'

const file = new Uint8Array(readFileSync(new URL('../../shared/model/classifier.onnx.bin', import.meta.url)))

const texts: readonly string[] = [
  '',
  'hi',
  'Rewrite this in a friendlier tone: send me the report.',
  'Prove that there are infinitely many primes congruent to 3 modulo 4.',
  'A train leaves at 9:40 and travels 180 km at 72 km/h. When does it arrive? A) 12:00 B) 12:10 C) 12:20 D) 12:30',
  'Écris un poème sur la mer, s’il te plaît.',
  '用一句话总结这封邮件：我们下周三见。',
  'この文章を英語に翻訳してください。',
  'Напиши функцию на Python, которая сортирует список.',
  'اكتب رسالة قصيرة إلى مديري',
  '👩‍👩‍👧‍👦 🚀🚀 ???',
  'function f(x) {\n  return x * 2\n}\n// why is this slow?',
  '\u0000\u0001\ufffd\ud800 x',
  'word '.repeat(3_000),
  ...Array.from({ length: 150 }, (_, seed) => scrambled(seed)),
]

/** Words out of a small store in an order of their own, so that many buckets are met. */
function scrambled(seed: number): string {
  const store =
    'the sum of integral 3.14 kernel write explain why der die Straße été 数学 问题 проблема if (x>0) return null; SELECT * FROM t'
  const words = store.split(' ')
  let state = seed * 2_654_435_761
  return Array.from({ length: 3 + (seed % 40) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return `${words[state % words.length]}${state % 7 === 0 ? state : ''}`
  }).join(' ')
}

it('says the same of a text run as a graph, run fused, and run by onnxruntime', async () => {
  const model = loadModel(file)
  const classifier = classifierOf(readClassifier(file))
  const read = featureReader()
  const onnxruntime = await openOnnxruntime(file)
  for (const text of texts) {
    const { ids, weights, shape } = read(text)
    const inputs: Record<string, Tensor> = {
      ids: { type: 'int64', dims: [ids.length], data: Float64Array.from(ids) },
      counts: { type: 'float32', dims: [1, ids.length], data: weights.slice() },
      shape: { type: 'float32', dims: [1, shape.length], data: shape.slice() },
    }
    const own = model.run(inputs)
    const theirs = await onnxruntime.run(inputs)
    expect(Object.keys(own).sort()).toEqual(Object.keys(theirs).sort())
    for (const [name, tensor] of Object.entries(theirs))
      mustBeNear(own[name]!, tensor, `${name} of ${JSON.stringify(text.slice(0, 40))}`)
    const heads = classifier.readText(text)
    const { familyShares: _, familyGains: __, ...shared } = heads
    for (const [name, value] of Object.entries(shared)) {
      const data = typeof value === 'number' ? Float32Array.of(value) : value
      mustBeNear(own[name]!, { type: 'float32', dims: [data.length], data }, `${name}, fused`)
    }
  }
  await onnxruntime.close()
})

function mustBeNear(got: Tensor, want: Tensor, told: string): void {
  expect(got.data.length, told).toBe(want.data.length)
  let worst = 0
  for (let at = 0; at < want.data.length; at++) {
    worst = Math.max(worst, Math.abs(got.data[at]! - want.data[at]!) / Math.max(1, Math.abs(want.data[at]!)))
  }
  expect(worst, told).toBeLessThanOrEqual(1e-5)
}
