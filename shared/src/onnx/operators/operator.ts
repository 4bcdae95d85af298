/**
 * What an operator is to the planner: built once for each node, when its inputs' types and fixed contents are known.
 *
 * `shape` is asked twice with the same code: when the model is loaded, with `unknownDim` where a dimension is still open,
 * which finds what can never fit; and when it runs and a shape has changed. `run` is the loop, and allocates nothing.
 */
import type { Attribute, GraphNode } from '../graph.ts'
import { badModel, type Dims, type ElementType, type Value } from '../tensor.ts'

export type Kernel = {
  /** The elements' type of each output. */
  readonly types: readonly ElementType[]
  /** The outputs' shapes, from the inputs' (undefined for one left out); null where contents must be known first. */
  readonly shape: (dims: readonly (Dims | undefined)[]) => readonly Dims[] | null
  readonly run: (outputs: readonly Value[]) => void
  /** Inputs whose contents decide the shapes. */
  readonly reads?: readonly number[]
  /** The output is the input's own memory under other dimensions: nothing runs. */
  readonly alias?: true
  /** The contents follow from the input's shape alone. */
  readonly ofShape?: true
  /** Costs more than a walk over its elements: not computed when the model is loaded. */
  readonly heavy?: true
  /** Roughly how many multiplications a run takes beyond a walk over its elements, once its shapes are known. */
  readonly work?: () => number
}

export type Operator = {
  /** The fewest and the most inputs and outputs. */
  readonly inputs: readonly [number, number]
  readonly outputs?: readonly [number, number]
  /** The opset that brought it, where that is not among the first supported. */
  readonly since?: number
  readonly build: (node: NodeContext) => Kernel
}

export type NodeContext = {
  readonly op: string
  readonly opset: number
  readonly outputs: number
  readonly inputs: readonly (Value | undefined)[]
  readonly input: (index: number) => Value
  readonly int: (name: string, fallback: number) => number
  readonly float: (name: string, fallback: number) => number
  readonly text: (name: string, fallback: string) => string
  readonly ints: (name: string) => readonly number[] | null
  readonly attribute: (name: string) => Attribute | undefined
  readonly fail: (says: string) => never
}

export function nodeContext(
  node: GraphNode,
  opset: number,
  inputs: readonly (Value | undefined)[],
): NodeContext {
  const fail = (says: string): never => {
    throw badModel(`${node.op} '${node.name}': ${says}`)
  }
  const typed = (name: string, type: 'number' | 'string'): Attribute | undefined => {
    const value = node.attributes.get(name)
    return value === undefined || typeof value === type
      ? value
      : fail(`its attribute '${name}' is no ${type}`)
  }
  return {
    op: node.op,
    opset,
    outputs: node.outputs.length,
    inputs,
    fail,
    input: (index) => inputs[index] ?? fail(`its input ${index} is missing`),
    attribute: (name) => node.attributes.get(name),
    float: (name, fallback) => (typed(name, 'number') as number | undefined) ?? fallback,
    int: (name, fallback) => {
      const value = (typed(name, 'number') as number | undefined) ?? fallback
      return Number.isSafeInteger(value) ? value : fail(`its attribute '${name}' is no integer`)
    },
    text: (name, fallback) => (typed(name, 'string') as string | undefined) ?? fallback,
    ints: (name) => {
      const value = node.attributes.get(name)
      if (value === undefined) return null
      return Array.isArray(value) ? (value as readonly number[]) : fail(`its attribute '${name}' is no list`)
    },
  }
}

/** An axis counted from the end becomes one counted from the front. */
export function axisOf(node: NodeContext, axis: number, rank: number): number {
  if (!(axis >= -rank && axis < rank)) node.fail(`the axis ${axis} is outside a tensor of ${rank} dimensions`)
  return axis < 0 ? axis + rank : axis
}

export function contents(value: Value): number[] {
  return Array.from(value.data.subarray(0, value.size))
}

export function oneOf(node: NodeContext, index: number, types: readonly ElementType[]): Value {
  const value = node.input(index)
  if (!types.includes(value.type)) node.fail(`its input ${index} is ${value.type}, not ${types.join(' or ')}`)
  return value
}

export const floats: readonly ElementType[] = ['float32', 'float64']
export const integers: readonly ElementType[] = ['int64', 'int32']
export const numbers: readonly ElementType[] = ['float32', 'float64', 'int64', 'int32', 'int8', 'uint8']
