/**
 * The process of a GGUF model, which also writes down how many tokens each batch has, a line each, into the file that is its argument.
 * node-llama-cpp tells that to nobody, so its context is listened to from within.
 */
import { appendFileSync } from 'node:fs'
import { LlamaContext } from 'node-llama-cpp'

const into = process.argv[2]!
const heard = new WeakSet<object>()
const getSequence = LlamaContext.prototype.getSequence

LlamaContext.prototype.getSequence = function listened(this: LlamaContext, ...args) {
  const native = Reflect.get(this, '_ctx') as { initBatch(tokens: number): void }
  if (!heard.has(native)) {
    heard.add(native)
    const { initBatch } = native
    Object.defineProperty(native, 'initBatch', {
      value(tokens: number) {
        appendFileSync(into, `${tokens}\n`)
        initBatch.call(native, tokens)
      },
    })
  }
  return getSequence.apply(this, args)
}

await import('../../local-runtime/src/engine/llama/llama-process.ts')
