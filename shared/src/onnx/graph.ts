/** A model as it stands in its file: plain values, read and bounded, not yet planned. */
import type { ElementType, Tensor } from './tensor.ts'

export type Attribute = number | string | readonly number[] | Tensor

export type GraphNode = {
  readonly op: string
  readonly domain: string
  /** How messages call it: its own name, or its first output's. */
  readonly name: string
  /** An empty name is an optional input that was left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
}

/** What the file promises of an input or output: a name in `dims` is bound when the model runs, null is anything. */
export type ValueInfo = {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly (number | string | null)[] | null
}

export type Graph = {
  readonly opset: number
  readonly nodes: readonly GraphNode[]
  readonly constants: ReadonlyMap<string, Tensor>
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly metadata: Readonly<Record<string, string>>
}
