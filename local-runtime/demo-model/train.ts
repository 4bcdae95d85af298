/**
 * Trains the demonstration model and writes its folder: `npm run train:demo`, or with another folder as argument.
 */
import { fileURLToPath } from 'node:url'
import { writeModel } from './export/write-model.ts'
import { shape, training } from './settings.ts'
import { train } from './training.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('nearside-demo', import.meta.url))
const startedAt = performance.now()

const model = train(shape, training, ({ step, steps, loss }) => {
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  console.log(`step ${step} of ${steps}  loss ${loss.toFixed(4)}  ${seconds} s`)
})
writeModel(folder, model)
console.log(`${model.network.parameters.all.length} weights written to ${folder}`)
