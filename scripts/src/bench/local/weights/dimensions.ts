/** How large a generated model is: that of Llama 3.2 3B, or one that loads in a moment. */
export const dimensionNames = ['3b', 'small'] as const
export type DimensionName = (typeof dimensionNames)[number]

export type Dimensions = {
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headSize: number
  readonly feedForward: number
  readonly vocabulary: number
  readonly contextTokens: number
}

export const dimensions: Readonly<Record<DimensionName, Dimensions>> = {
  '3b': {
    layers: 28,
    hidden: 3_072,
    heads: 24,
    keyValueHeads: 8,
    headSize: 128,
    feedForward: 8_192,
    vocabulary: 128_256,
    contextTokens: 2_048,
  },
  small: {
    layers: 2,
    hidden: 256,
    heads: 4,
    keyValueHeads: 2,
    headSize: 64,
    feedForward: 512,
    vocabulary: 512,
    contextTokens: 2_048,
  },
}

export const ropeBase = 500_000
export const normEpsilon = 1e-5

export type Matrix = { readonly name: string; readonly rows: number; readonly columns: number }

/** The matrices of one layer, [outputs, inputs]. */
export function layerMatrices(size: Dimensions): readonly Matrix[] {
  const { hidden, heads, keyValueHeads, headSize, feedForward } = size
  return [
    { name: 'q', rows: heads * headSize, columns: hidden },
    { name: 'k', rows: keyValueHeads * headSize, columns: hidden },
    { name: 'v', rows: keyValueHeads * headSize, columns: hidden },
    { name: 'o', rows: hidden, columns: heads * headSize },
    { name: 'gate', rows: feedForward, columns: hidden },
    { name: 'up', rows: feedForward, columns: hidden },
    { name: 'down', rows: hidden, columns: feedForward },
  ]
}
