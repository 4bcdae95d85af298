/**
 * The process that runs an ONNX encoder: texts in, vectors out. Each text is run by itself, since a batch would have to be padded, and what
 * is padded must be masked in a way that not every export honours.
 */
import { AutoModel, AutoTokenizer, type Tensor } from '@huggingface/transformers'
import { NearsideError } from '@nearside/core'
import { type LoadedEngine, serveEngine } from '../host/serve-engine.ts'
import { fastestOnnxThreads } from './fastest-onnx-threads.ts'
import { keepToFolder, sessionOptions } from './load-transformers.ts'
import { devicesToTry, onFirstDevice, placeName } from './onnx-devices.ts'
import { pooled } from './pool.ts'
import type { TransformersSettings } from './settings.ts'

serveEngine<TransformersSettings>(async (settings): Promise<LoadedEngine> => {
  const { contextTokens, threads: given } = settings
  const { folder, dtype, pooling } = settings.model
  keepToFolder()
  const tokenizer = await AutoTokenizer.from_pretrained(folder)
  const threads =
    given > 0
      ? { threads: given, why: 'as set' }
      : await fastestOnnxThreads(settings.mostThreads, sessionOptions)

  const { device, loaded, passedOver } = await onFirstDevice(
    devicesToTry(settings.device),
    async (device) => {
      const model = await AutoModel.from_pretrained(folder, {
        dtype,
        device,
        session_options: { ...sessionOptions, intraOpNumThreads: threads.threads },
      })
      const vectorOf = async (inputs: object): Promise<readonly number[]> => {
        const { last_hidden_state: states, token_embeddings: named }: Record<string, Tensor> =
          await model(inputs)
        const tensor = states ?? named
        const width = tensor?.dims.at(-1) ?? 0
        if (tensor === undefined || tensor.dims.length !== 3 || width === 0) {
          throw new TypeError('the model has no output last_hidden_state')
        }
        const { data } = tensor.type === 'float32' ? tensor : tensor.to('float32')
        return pooled(data as Float32Array, width, pooling)
      }
      try {
        // The first run lays out memory, and shows whether it is a model of this kind at all.
        await vectorOf(tokenizer('a'))
      } catch (error) {
        await model.dispose()
        throw error
      }
      return vectorOf
    },
  )

  return {
    facts: {
      contextTokens,
      tokensPerSecond: null,
      chatTemplate: null,
      capabilities: {
        answers: false,
        tools: false,
        constraints: [],
        logprobs: false,
        topLogprobs: 0,
        embeddings: true,
        overflow: ['error'],
        without: [],
        parallel: 1,
      },
      standsOn: [
        ...passedOver,
        `${placeName(device)} with ${threads.threads} ${threads.threads === 1 ? 'thread' : 'threads'}, ${threads.why}`,
        `vectors are the ${pooling === 'mean' ? "mean of the tokens'" : "first token's"}`,
      ].join('; '),
    },
    keptTokens: () => 0,
    forget() {},
    generate() {
      throw new NearsideError('bad-request', 'This model makes vectors and no answers.', { param: 'model' })
    },
    async embed(texts, watch) {
      const made: { vector: readonly number[]; tokens: number }[] = []
      for (const text of texts) {
        if (await watch.isCancelled()) throw new NearsideError('client-gone', 'The client left.')
        const inputs = tokenizer(text, { truncation: false }) as { readonly input_ids: Tensor }
        const tokens = inputs.input_ids.dims.at(-1) ?? 0
        if (tokens > contextTokens) {
          const what = `A text has ${tokens} tokens; ${contextTokens} are taken.`
          throw new NearsideError('context-too-long', what, { param: 'input' })
        }
        made.push({ vector: await loaded(inputs), tokens })
        watch.onPromptPart()
      }
      return made
    },
  }
})
