/**
 * How fast this machine reads memory, because that is what bounds decoding. Each thread looks for a byte that
 * is not there in a buffer larger than the caches, which the runtime does in native code as fast as memory
 * comes.
 */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

export type Bandwidth = { readonly threads: number; readonly bytesPerSecond: number }

/** Well beyond the last cache of what this runs on. */
const bufferBytes = 128 * 1024 * 1024
const measureMs = 400

/**
 * In each thread: touches its buffer, waits for the word, and counts what it reads until the time is over.
 */
const reading = `
const { parentPort, workerData } = require('node:worker_threads')
const buffer = Buffer.alloc(workerData.bytes, 1)
buffer.indexOf(2)
parentPort.once('message', () => {
  const start = performance.now()
  let bytes = 0
  while (performance.now() - start < workerData.ms) {
    buffer.indexOf(2)
    bytes += buffer.length
  }
  parentPort.postMessage({ bytes, ms: performance.now() - start })
})
parentPort.postMessage('ready')
`

/** Null where there is not memory enough to measure it without harm. */
export async function measureBandwidth(
  threads: number = availableParallelism(),
  availableBytes: number = Number.POSITIVE_INFINITY,
): Promise<Bandwidth | null> {
  const many = Math.min(threads, 16)
  if (availableBytes < many * bufferBytes * 2) return null
  const workers = Array.from(
    { length: many },
    () => new Worker(reading, { eval: true, workerData: { bytes: bufferBytes, ms: measureMs } }),
  )
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    const answers = workers.map(
      (worker) => once(worker, 'message') as Promise<[{ bytes: number; ms: number }]>,
    )
    for (const worker of workers) worker.postMessage('go')
    const read = (await Promise.all(answers)).map(([{ bytes, ms }]) => (bytes * 1_000) / ms)
    return { threads: many, bytesPerSecond: read.reduce((sum, each) => sum + each, 0) }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
