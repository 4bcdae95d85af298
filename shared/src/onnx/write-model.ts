/**
 * Writes an ONNX file from plain values: graph, initialisers, typed inputs and outputs, metadata.
 *
 * Fields are written in the order of the specification and nothing else goes in, so equal models give equal bytes: a
 * trained file can be named by its hash. Weights go into raw_data, little-endian whatever the machine is.
 */
import { dataTypeOf } from './data-type.ts'
import { type ProtoWriter, protoWriter } from './proto-writer.ts'
import { badModel, type ElementType, holds, sizeOf, type Tensor } from './tensor.ts'

/** A whole number is written as an INT unless it is given as `{ float }`; lists likewise. */
export type AttributeDraft =
  | number
  | string
  | readonly number[]
  | Tensor
  | { readonly float: number }
  | { readonly floats: readonly number[] }

export type NodeDraft = {
  readonly op: string
  readonly name?: string
  /** An empty name is an optional input that is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, AttributeDraft>>
  /** The operator's domain, empty for ONNX's own. */
  readonly domain?: string
}

export type ValueDraft = {
  readonly name: string
  readonly type: ElementType
  /** A number is fixed, a name is a dimension bound when the model runs; without dims, nothing is promised. */
  readonly dims?: readonly (number | string)[]
}

export type ModelDraft = {
  /** The version of ONNX's operators that the graph is written in, 13 to 21. @default 17 */
  readonly opset?: number
  readonly graphName?: string
  readonly producer?: string
  readonly nodes: readonly NodeDraft[]
  readonly initializers: Readonly<Record<string, Tensor>>
  readonly inputs: readonly ValueDraft[]
  readonly outputs: readonly ValueDraft[]
  readonly metadata?: Readonly<Record<string, string>>
}

export function writeModel(draft: ModelDraft): Uint8Array {
  const opset = draft.opset ?? 17
  const writer = protoWriter()
  writer.integer(1, opset >= 21 ? 10 : opset >= 19 ? 9 : 8)
  writer.text(2, draft.producer ?? 'nearside')
  writer.message(7, (graph) => writeGraph(graph, draft))
  writer.message(8, (set) => set.integer(2, opset))
  for (const [key, value] of Object.entries(draft.metadata ?? {})) {
    writer.message(14, (entry) => {
      entry.text(1, key)
      entry.text(2, value)
    })
  }
  return writer.finish()
}

function writeGraph(graph: ProtoWriter, draft: ModelDraft): void {
  for (const node of draft.nodes) graph.message(1, (writer) => writeNode(writer, node))
  graph.text(2, draft.graphName ?? 'graph')
  for (const [name, tensor] of Object.entries(draft.initializers)) {
    graph.message(5, (writer) => writeTensor(writer, tensor, name))
  }
  for (const value of draft.inputs) graph.message(11, (writer) => writeValue(writer, value))
  for (const value of draft.outputs) graph.message(12, (writer) => writeValue(writer, value))
}

function writeNode(writer: ProtoWriter, node: NodeDraft): void {
  for (const name of node.inputs) writer.text(1, name)
  for (const name of node.outputs) writer.text(2, name)
  if (node.name) writer.text(3, node.name)
  writer.text(4, node.op)
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    writer.message(5, (attribute) => writeAttribute(attribute, name, value))
  }
  if (node.domain) writer.text(7, node.domain)
}

function writeAttribute(writer: ProtoWriter, name: string, value: AttributeDraft): void {
  writer.text(1, name)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value))
      throw badModel(`attribute ${name} is no integer: write { float: ${value} }`)
    writer.integer(3, value)
    writer.integer(20, 2)
  } else if (typeof value === 'string') {
    writer.text(4, value)
    writer.integer(20, 3)
  } else if ('float' in value) {
    writer.float(2, value.float)
    writer.integer(20, 1)
  } else if ('floats' in value) {
    for (const number of value.floats) writer.float(7, number)
    writer.integer(20, 6)
  } else if ('dims' in value) {
    writer.message(5, (tensor) => writeTensor(tensor, value, ''))
    writer.integer(20, 4)
  } else {
    for (const number of value) writer.integer(8, number)
    writer.integer(20, 7)
  }
}

function writeTensor(writer: ProtoWriter, tensor: Tensor, name: string): void {
  if (!holds(tensor.type, tensor.data) || tensor.data.length !== sizeOf(tensor.dims)) {
    throw badModel(`tensor ${name} has ${tensor.data.length} elements, which its type and dimensions do not`)
  }
  for (const dim of tensor.dims) writer.integer(1, dim)
  writer.integer(2, dataTypeOf[tensor.type])
  if (name !== '') writer.text(8, name)
  writer.bytes(9, rawData(tensor))
}

function rawData(tensor: Tensor): Uint8Array {
  const { data, type } = tensor
  if (type === 'int8' || type === 'uint8' || type === 'bool')
    return Uint8Array.from(data, (byte) => byte & 255)
  const width = type === 'float32' || type === 'int32' ? 4 : 8
  const bytes = new Uint8Array(data.length * width)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < data.length; index++) {
    const element = data[index] as number
    if (type === 'float32') view.setFloat32(index * width, element, true)
    else if (type === 'float64') view.setFloat64(index * width, element, true)
    else if (type === 'int32') view.setInt32(index * width, element, true)
    else view.setBigInt64(index * width, BigInt(element), true)
  }
  return bytes
}

function writeValue(writer: ProtoWriter, value: ValueDraft): void {
  writer.text(1, value.name)
  writer.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, dataTypeOf[value.type])
      const dims = value.dims
      if (dims) tensor.message(2, (shape) => writeDims(shape, dims))
    }),
  )
}

function writeDims(shape: ProtoWriter, dims: readonly (number | string)[]): void {
  for (const dim of dims) {
    shape.message(1, (writer) => (typeof dim === 'number' ? writer.integer(1, dim) : writer.text(2, dim)))
  }
}
