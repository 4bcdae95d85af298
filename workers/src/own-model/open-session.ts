/**
 * onnxruntime-web, started inside a Worker.
 *
 * A Worker may not compile WebAssembly from bytes; it is given modules that were compiled when it was uploaded. The
 * runtime knows only bytes: it asks the platform to instantiate what stands in `env.wasm.wasmBinary`. So a token stands
 * there, and while the runtime starts, whoever instantiates that token gets the compiled module. Everybody else's calls go
 * through as they came, and afterwards the platform's own function is back in its place. The entry of the package that
 * carries its loader (`onnxruntime-web/wasm`) needs no module of its own beside it and asks nothing of Node.
 */
import { NearsideError } from '@nearside/core'
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm'

export type FeedType = 'float32' | 'int64' | 'int32' | 'bool'

/** A tensor on its way in; int64 takes whole numbers of any typed array, the runtime's own 64-bit ones among them. */
export type Feed = {
  readonly type: FeedType
  readonly dims: readonly number[]
  readonly data: ArrayLike<number>
}
export type Feeds = Readonly<Record<string, Feed>>

/** What the file promises of an input; a name is a dimension that is bound when the model runs. */
export type SessionInput = {
  readonly name: string
  readonly type: string
  readonly dims: readonly (number | string)[]
}

export type Row = { readonly dims: readonly number[]; readonly data: Float32Array }

export type Session = {
  readonly inputs: readonly SessionInput[]
  readonly outputs: readonly string[]
  /** The outputs that are asked for, which are float32 or refused. */
  run(feeds: Feeds, outputs: readonly string[]): Promise<Readonly<Record<string, Row>>>
}

/** The runtime starts once in an isolate, and two starts at once would take each other's place: one after the other. */
let opened: Promise<unknown> = Promise.resolve()

export function openSession(wasm: WebAssembly.Module, model: Uint8Array): Promise<Session> {
  const session = opened.then(() => startSession(wasm, model))
  opened = session.catch(() => {})
  return session
}

async function startSession(wasm: WebAssembly.Module, model: Uint8Array): Promise<Session> {
  const session = await withModule(wasm, () =>
    // Errors alone: what the runtime remarks on a graph is of no use to who runs it.
    InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 }),
  ).catch((cause: unknown) => {
    throw new NearsideError('bad-model', `onnxruntime-web cannot run the model: ${textOf(cause)}`, { cause })
  })
  return {
    inputs: session.inputMetadata.map((input) => ({
      name: input.name,
      type: input.isTensor ? input.type : 'no tensor',
      dims: input.isTensor ? input.shape : [],
    })),
    outputs: session.outputNames,
    async run(feeds, outputs) {
      const given = Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)] as const)
      const values = await session.run(Object.fromEntries(given), outputs)
      const rows = outputs.map((name) => [name, rowOf(name, values[name])] as const)
      return Object.fromEntries(rows)
    },
  }
}

async function withModule<T>(wasm: WebAssembly.Module, start: () => Promise<T>): Promise<T> {
  const token = new ArrayBuffer(8)
  const native: unknown = WebAssembly.instantiate
  const instantiate = (source: unknown, imports: WebAssembly.Imports): unknown => {
    if (source instanceof Uint8Array && source.buffer === token) {
      // Made at once, so that no other request of the isolate comes between and waits on this one.
      return Promise.resolve({ module: wasm, instance: new WebAssembly.Instance(wasm, imports) })
    }
    return Reflect.apply(native as (...given: unknown[]) => unknown, WebAssembly, [source, imports])
  }
  env.wasm.numThreads = 1
  env.wasm.wasmBinary = token
  put(instantiate)
  try {
    return await start()
  } finally {
    put(native)
  }
}

function put(instantiate: unknown): void {
  Object.defineProperty(WebAssembly, 'instantiate', {
    value: instantiate,
    writable: true,
    configurable: true,
    enumerable: true,
  })
}

function tensorOf({ type, data, dims }: Feed): Tensor {
  switch (type) {
    case 'float32':
      return new Tensor('float32', Float32Array.from(data), dims)
    case 'int32':
      return new Tensor('int32', Int32Array.from(data), dims)
    case 'bool':
      return new Tensor('bool', Uint8Array.from(data), dims)
    case 'int64':
      return new Tensor(
        'int64',
        BigInt64Array.from({ length: data.length }, (_, i) => BigInt(data[i] ?? 0)),
        dims,
      )
  }
}

function rowOf(name: string, value: unknown): Row {
  if (value instanceof Tensor && value.data instanceof Float32Array)
    return { dims: value.dims, data: value.data }
  const type = value instanceof Tensor ? value.type : 'no tensor'
  throw new NearsideError(
    'bad-model',
    `The output ${name} is ${type}, but heads are read from float32: cast it in the model.`,
  )
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
