/**
 * Reads a ModelProto into a graph: what is missing, doubled, unsupported or out of bounds is a fault here, before anything
 * is planned. Unknown fields are passed over, as protocol buffers want it, unless leaving them out changes what the model
 * computes: functions, subgraphs, sparse and external tensors are refused by name.
 */
import { elementTypeOf } from './data-type.ts'
import type { Attribute, Graph, GraphNode, ValueInfo } from './graph.ts'
import { eachField, type Field, fixeds, mustBe, textOf, varints } from './proto-reader.ts'
import { readTensor } from './read-tensor.ts'
import { badModel, maxRank, type Tensor } from './tensor.ts'

export const firstOpset = 13
const lastOpset = 21
const maxNodes = 10_000
const maxValues = 100_000

type Draft = {
  readonly nodes: GraphNode[]
  readonly constants: Map<string, Tensor>
  readonly inputs: ValueInfo[]
  readonly outputs: ValueInfo[]
}

/** What a file holds beside its nodes. */
export type Contents = Pick<Graph, 'constants' | 'metadata'>

/**
 * The tensors and the metadata alone, for who knows the graph: the nodes are passed over unread, and with them most of what
 * reading a file costs where the code runs but once.
 */
export function readContents(bytes: Uint8Array): Contents {
  const constants = new Map<string, Tensor>()
  const metadata: Record<string, string> = {}
  let graphs = 0
  eachField(bytes, 0, bytes.length, (field) => {
    if (field.number === 14) addPair(metadata, bytes, field)
    else if (field.number === 7) {
      if (++graphs > 1) throw badModel('the file has two graphs')
      eachField(bytes, mustBe(field, 2).from, field.to, (part) => {
        if (part.number === 5) addConstant(constants, bytes, mustBe(part, 2))
      })
    }
  })
  if (graphs === 0) throw badModel('the file holds no graph: it is no ONNX model, or cut short')
  return { constants, metadata }
}

export function readGraph(bytes: Uint8Array): Graph {
  const draft: Draft = { nodes: [], constants: new Map(), inputs: [], outputs: [] }
  const metadata: Record<string, string> = {}
  let graphs = 0
  let opset = 0
  eachField(bytes, 0, bytes.length, (field) => {
    if (field.number === 7) {
      if (++graphs > 1) throw badModel('the file has two graphs')
      readInto(draft, bytes, mustBe(field, 2).from, field.to)
    } else if (field.number === 8) {
      const set = readOpset(bytes, mustBe(field, 2).from, field.to)
      if (set.domain === '' || set.domain === 'ai.onnx') opset = set.version
    } else if (field.number === 14) {
      addPair(metadata, bytes, field)
    } else if (field.number === 25)
      throw badModel('the model brings functions of its own, which are not supported')
  })
  if (graphs === 0) throw badModel('the file holds no graph: it is no ONNX model, or cut short')
  if (!(opset >= firstOpset && opset <= lastOpset)) {
    throw badModel(`the model is written in opset ${opset}; ${firstOpset} to ${lastOpset} are supported`)
  }
  if (draft.outputs.length === 0) throw badModel('the model has no outputs')
  const inputs = draft.inputs.filter(({ name }) => !draft.constants.has(name))
  return { ...draft, inputs, opset, metadata }
}

function readInto(draft: Draft, bytes: Uint8Array, from: number, to: number): void {
  let values = 0
  eachField(bytes, from, to, (field) => {
    if (field.number === 15) throw badModel('the model has sparse tensors, which are not supported')
    if (![1, 5, 11, 12].includes(field.number)) return
    mustBe(field, 2)
    if (++values > maxValues) throw badModel(`the model has more than ${maxValues} parts`)
    if (field.number === 1) {
      if (draft.nodes.length >= maxNodes) throw badModel(`the model has more than ${maxNodes} nodes`)
      draft.nodes.push(readNode(bytes, field.from, field.to))
    } else if (field.number === 5) {
      addConstant(draft.constants, bytes, field)
    } else {
      const list = field.number === 11 ? draft.inputs : draft.outputs
      list.push(readValue(bytes, field.from, field.to))
    }
  })
}

function addConstant(constants: Map<string, Tensor>, bytes: Uint8Array, field: Field): void {
  if (constants.size >= maxValues) throw badModel(`the model has more than ${maxValues} parts`)
  const { name, tensor } = readTensor(bytes, field.from, field.to)
  if (constants.has(name)) throw badModel(`the model has two tensors called '${name}'`)
  constants.set(name, tensor)
}

function addPair(metadata: Record<string, string>, bytes: Uint8Array, field: Field): void {
  const [key, value] = readPair(bytes, mustBe(field, 2).from, field.to)
  Object.defineProperty(metadata, key, { value, enumerable: true, configurable: true, writable: true })
}

function readNode(bytes: Uint8Array, from: number, to: number): GraphNode {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes = new Map<string, Attribute>()
  const texts = new Map<number, string>()
  eachField(bytes, from, to, (field) => {
    if (field.number === 1) inputs.push(textOf(bytes, field))
    else if (field.number === 2) outputs.push(textOf(bytes, field))
    else if (field.number === 5) {
      const [name, value] = readAttribute(bytes, mustBe(field, 2).from, field.to)
      if (attributes.has(name)) throw badModel(`a node has the attribute '${name}' twice`)
      attributes.set(name, value)
    } else if (field.number === 3 || field.number === 4 || field.number === 7) {
      texts.set(field.number, textOf(bytes, field))
    }
  })
  const domain = texts.get(7) ?? ''
  return {
    op: texts.get(4) ?? '',
    domain: domain === 'ai.onnx' ? '' : domain,
    name: texts.get(3) || outputs[0] || '',
    inputs,
    outputs,
    attributes,
  }
}

function readAttribute(bytes: Uint8Array, from: number, to: number): readonly [string, Attribute] {
  let name = ''
  let kind = 0
  let single: Attribute | null = null
  const list: number[] = []
  eachField(bytes, from, to, (field) => {
    if (field.number === 1) name = textOf(bytes, field)
    else if (field.number === 2) single = mustBe(field, 5).value
    else if (field.number === 3) single = mustBe(field, 0).value
    else if (field.number === 4) single = textOf(bytes, field)
    else if (field.number === 5) single = readTensor(bytes, mustBe(field, 2).from, field.to).tensor
    else if (field.number === 7) fixeds(bytes, field, 4, list)
    else if (field.number === 8) varints(bytes, field, list)
    else if (field.number === 20) kind = mustBe(field, 0).value
  })
  if (kind === 6 || kind === 7) return [name, list]
  // A zero may be left out of the file altogether.
  if (kind === 1 || kind === 2) return [name, single ?? 0]
  if (kind === 3) return [name, single ?? '']
  if (kind === 4 && single !== null) return [name, single]
  throw badModel(
    `the attribute '${name}' is a graph, a list of texts or of an unknown type, which is not supported`,
  )
}

function readValue(bytes: Uint8Array, from: number, to: number): ValueInfo {
  let name = ''
  let dataType = 0
  let dims: (number | string | null)[] | null = null
  eachField(bytes, from, to, (field) => {
    if (field.number === 1) name = textOf(bytes, field)
    if (field.number !== 2) return
    eachField(bytes, mustBe(field, 2).from, field.to, (type) => {
      if (type.number !== 1) return
      eachField(bytes, mustBe(type, 2).from, type.to, (part) => {
        if (part.number === 1) dataType = mustBe(part, 0).value
        else if (part.number === 2) dims = readDims(bytes, mustBe(part, 2).from, part.to)
      })
    })
  })
  const type = elementTypeOf(dataType)
  if (type === null) throw badModel(`'${name}' is no tensor of a supported type`)
  return { name, type, dims }
}

function readDims(bytes: Uint8Array, from: number, to: number): (number | string | null)[] {
  const dims: (number | string | null)[] = []
  eachField(bytes, from, to, (field) => {
    if (field.number !== 1) return
    let dim: number | string | null = null
    eachField(bytes, mustBe(field, 2).from, field.to, (part) => {
      if (part.number === 1) dim = mustBe(part, 0).value
      else if (part.number === 2) dim = textOf(bytes, part) || null
    })
    if (typeof dim === 'number' && (dim as number) < 0)
      throw badModel(`an input or output has the dimension ${dim}`)
    dims.push(dim)
  })
  if (dims.length > maxRank) throw badModel(`an input or output has more than ${maxRank} dimensions`)
  return dims
}

function readOpset(bytes: Uint8Array, from: number, to: number): { domain: string; version: number } {
  let domain = ''
  let version = 0
  eachField(bytes, from, to, (field) => {
    if (field.number === 1) domain = textOf(bytes, field)
    else if (field.number === 2) version = mustBe(field, 0).value
  })
  return { domain, version }
}

function readPair(bytes: Uint8Array, from: number, to: number): readonly [string, string] {
  let key = ''
  let value = ''
  eachField(bytes, from, to, (field) => {
    if (field.number === 1) key = textOf(bytes, field)
    else if (field.number === 2) value = textOf(bytes, field)
  })
  return [key, value]
}
