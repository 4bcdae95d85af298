/**
 * What a model takes once it is loaded, and what is given up so that it fits: a shorter context first, then
 * slots side by side, then the mapped file; and where nothing helps, it is said before anything is loaded.
 *
 * The factors were measured on models of Llama-3.2-3B's true dimensions. llama.cpp maps the file and keeps
 * repacked copies beside it (1.85 of the file, 0.8 of which the system may take back); without a map it holds
 * one copy. onnxruntime unpacks on loading, and peaks while it does. Keys and values are half floats in
 * llama.cpp, whole ones in ONNX.
 */
export type ModelShape = {
  readonly format: 'onnx' | 'gguf'
  readonly weightBytes: number
  readonly layers: number
  readonly keyValueHeads: number
  readonly headSize: number
  /** The longest context that the model was made for. */
  readonly contextTokens: number
}

export type LoadWay = 'onnx' | 'llama-mapped' | 'llama-unmapped'

export type MemoryWish = { readonly contextTokens: number; readonly slots: number }

export type MemoryPlan =
  | {
      readonly fits: true
      readonly way: LoadWay
      readonly contextTokens: number
      readonly slots: number
      readonly neededBytes: number
      /** What was given up, in the order in which it was; empty where the wish fits as it is. */
      readonly givenUp: readonly ('context' | 'slots' | 'mapping')[]
    }
  | {
      readonly fits: false
      /** What the least of it would take. */
      readonly neededBytes: number
    }

/** Times the file's size: once it is loaded, and while it is being loaded. */
const factors: Readonly<Record<LoadWay, { readonly loaded: number; readonly peak: number }>> = {
  onnx: { loaded: 1.4, peak: 1.5 },
  'llama-mapped': { loaded: 1.85, peak: 1.85 },
  'llama-unmapped': { loaded: 1.06, peak: 1.06 },
}

/** The process around the model. */
const processBytes = 300_000_000

const keyValueNumberBytes = { onnx: 4, gguf: 2 } as const

/** A conversation below this is no use to most callers; shorter is not offered. */
const leastContextTokens = 2_048

/** Shares of the roofline that decoding reached with a short context, both engines alike. */
const measuredShare = 0.5

/** Keys and values of one token. Models that look back over a window only take less; this is the most. */
export function keyValueBytesPerToken(shape: ModelShape): number {
  return 2 * shape.layers * shape.keyValueHeads * shape.headSize * keyValueNumberBytes[shape.format]
}

export function waysToLoad(format: ModelShape['format']): readonly LoadWay[] {
  return format === 'onnx' ? ['onnx'] : ['llama-mapped', 'llama-unmapped']
}

/**
 * The most memory that is needed at any moment: while it loads nothing is cached yet, and later the load's
 * peak is over.
 */
export function neededBytes(shape: ModelShape, way: LoadWay, { contextTokens, slots }: MemoryWish): number {
  const { loaded, peak } = factors[way]
  const cache = keyValueBytesPerToken(shape) * contextTokens * slots
  return Math.ceil(Math.max(shape.weightBytes * peak, shape.weightBytes * loaded + cache) + processBytes)
}

/** How many conversations of this length fit at the same time; zero where the model itself does not. */
export function sessionsThatFit(
  shape: ModelShape,
  way: LoadWay,
  contextTokens: number,
  availableBytes: number,
): number {
  if (contextTokens > shape.contextTokens) return 0
  const left = availableBytes - processBytes - shape.weightBytes * factors[way].loaded
  const fits = neededBytes(shape, way, { contextTokens, slots: 0 }) <= availableBytes
  return fits ? Math.max(0, Math.floor(left / (keyValueBytesPerToken(shape) * contextTokens))) : 0
}

export function planMemory(shape: ModelShape, wish: MemoryWish, availableBytes: number): MemoryPlan {
  const most = Math.min(wish.contextTokens, shape.contextTokens)
  const ways = waysToLoad(shape.format)
  for (const way of ways) {
    for (let slots = wish.slots; slots >= 1; slots--) {
      const contextTokens = longestThatFits(shape, way, slots, most, availableBytes)
      if (contextTokens === null) continue
      const givenUp = [
        ...(contextTokens < most ? (['context'] as const) : []),
        ...(slots < wish.slots ? (['slots'] as const) : []),
        ...(way === ways[0] ? [] : (['mapping'] as const)),
      ]
      const needed = neededBytes(shape, way, { contextTokens, slots })
      return { fits: true, way, contextTokens, slots, neededBytes: needed, givenUp }
    }
  }
  const least = { contextTokens: Math.min(most, leastContextTokens), slots: 1 }
  return { fits: false, neededBytes: Math.min(...ways.map((way) => neededBytes(shape, way, least))) }
}

/** In steps of 256 tokens, so that a few megabytes more or less do not change what a server promises. */
function longestThatFits(
  shape: ModelShape,
  way: LoadWay,
  slots: number,
  most: number,
  availableBytes: number,
): number | null {
  const fits = (contextTokens: number): boolean =>
    neededBytes(shape, way, { contextTokens, slots }) <= availableBytes
  if (fits(most)) return most
  const step = 256
  const cachePerStep = keyValueBytesPerToken(shape) * slots * step
  const left = availableBytes - neededBytes(shape, way, { contextTokens: 0, slots })
  const contextTokens = Math.min(Math.floor(left / cachePerStep) * step, most)
  return contextTokens >= Math.min(leastContextTokens, most) && fits(contextTokens) ? contextTokens : null
}

/**
 * The speed that reading the weights and the context once for each token allows, and what to expect of it. A
 * model of this kind computes little for each byte it reads, so memory is what limits it.
 */
export function decodeSpeed(
  shape: ModelShape,
  contextTokens: number,
  bytesPerSecond: number,
): { readonly roofline: number; readonly expected: number } {
  const roofline = bytesPerSecond / (shape.weightBytes + keyValueBytesPerToken(shape) * contextTokens)
  return { roofline, expected: roofline * measuredShare }
}
