/**
 * ONNX files, the part that this model needs: nodes, constant tensors, typed inputs and outputs, and the model around.
 *
 * The field numbers are those of onnx.proto3.
 */
import { type Field, Float, message } from './protobuf.ts'

/** The opset in which the nodes are written, and that of onnxruntime's own operators. */
const OPSETS: readonly (readonly [domain: string, version: number])[] = [
  ['', 17],
  ['com.microsoft', 1],
]
const IR_VERSION = 8

export type ElementType = 'float32' | 'int32' | 'int64'
const elementNumbers: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7 }

export type Attribute = number | Float
export type Dimension = number | string

export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = '',
): Uint8Array {
  return message([
    ...inputs.map((input): Field => [1, input]),
    ...outputs.map((output): Field => [2, output]),
    [3, outputs[0]!],
    [4, operator],
    ...Object.entries(attributes).map(([name, value]): Field => [5, attribute(name, value)]),
    [7, domain],
  ])
}

function attribute(name: string, value: Attribute): Uint8Array {
  return value instanceof Float
    ? message([
        [1, name],
        [2, value],
        [20, 1],
      ])
    : message([
        [1, name],
        [3, value],
        [20, 2],
      ])
}

/** A constant of the graph. */
export function tensor(
  name: string,
  dimensions: readonly number[],
  values: Float32Array | Int32Array | BigInt64Array,
): Uint8Array {
  const type = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'int64'
  return message([
    ...dimensions.map((dimension): Field => [1, dimension]),
    [2, elementNumbers[type]],
    [8, name],
    [9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
  ])
}

/** An input or output of the graph; a dimension with a name may have any size. */
export function value(name: string, type: ElementType, dimensions: readonly Dimension[]): Uint8Array {
  const shape = message(
    dimensions.map(
      (dimension): Field => [1, message([typeof dimension === 'string' ? [2, dimension] : [1, dimension]])],
    ),
  )
  return message([
    [1, name],
    [
      2,
      message([
        [
          1,
          message([
            [1, elementNumbers[type]],
            [2, shape],
          ]),
        ],
      ]),
    ],
  ])
}

export type Graph = {
  readonly name: string
  readonly nodes: readonly Uint8Array[]
  readonly constants: readonly Uint8Array[]
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Uint8Array[]
}

export function onnxModel(producer: string, graph: Graph): Uint8Array {
  const body = message([
    ...graph.nodes.map((bytes): Field => [1, bytes]),
    [2, graph.name],
    ...graph.constants.map((bytes): Field => [5, bytes]),
    ...graph.inputs.map((bytes): Field => [11, bytes]),
    ...graph.outputs.map((bytes): Field => [12, bytes]),
  ])
  return message([
    [1, IR_VERSION],
    [2, producer],
    [7, body],
    ...OPSETS.map(
      ([domain, version]): Field => [
        8,
        message([
          [1, domain],
          [2, version],
        ]),
      ],
    ),
  ])
}
