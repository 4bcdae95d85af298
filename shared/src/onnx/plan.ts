/**
 * Turns a graph into the steps that compute it: each node's kernel, with the places its inputs and outputs live in.
 *
 * Everything that can be known is found out here, once: types, the shapes that are fixed, the contents that follow from
 * constants alone. A shape that depends on what comes in stays open until the model runs; one that depends on contents that come in is
 * not even known in its rank, and whatever follows from it is only checked then.
 */
import type { Graph, GraphNode } from './graph.ts'
import type { Kernel } from './operators/operator.ts'
import { nodeContext } from './operators/operator.ts'
import { operatorNamed } from './operators/registry.ts'
import { constantOf } from './operators/reshape.ts'
import { checkedSize } from './read-tensor.ts'
import { badModel, type Dims, emptyElements, sizeOf, type Tensor, unknownDim, type Value } from './tensor.ts'

export type Step = {
  /** How a fault calls the node. */
  readonly told: string
  readonly kernel: Kernel
  readonly inputs: readonly (Value | undefined)[]
  readonly outputs: readonly Value[]
}

export type ModelInput = {
  readonly name: string
  readonly value: Value
  /** A name is bound by the first input that has it; null is anything. */
  readonly dims: readonly (number | string | null)[]
}

export type ModelPlan = {
  readonly inputs: readonly ModelInput[]
  readonly outputs: readonly { readonly name: string; readonly value: Value }[]
  readonly steps: readonly Step[]
  /** Whether every shape follows from the shapes of the inputs, so that equal shapes need no second look. */
  readonly shapesFollow: boolean
}

/** Constants that are computed when a model is loaded may grow it by no more than this many elements. */
const mostFolded = 2 ** 22

/** What is known of a value while planning: null where not even its rank is. */
type Known = { readonly value: Value; readonly dims: Dims | null }

export function planOf(graph: Graph): ModelPlan {
  const known = new Map<string, Known>()
  for (const [name, tensor] of graph.constants) known.set(name, constant(tensor))
  const inputs = graph.inputs.map((info): ModelInput => {
    if (info.dims === null) throw badModel(`the input '${info.name}' says nothing of its shape`)
    const value = openValue(info.type)
    const dims = info.dims.map((dim) => (typeof dim === 'number' ? dim : unknownDim))
    settle(value, dims)
    define(info.name, { value, dims })
    return { name: info.name, value, dims: info.dims }
  })

  const steps: Step[] = []
  let shapesFollow = true
  let folded = 0
  for (const node of graph.nodes) plan(node)

  function define(name: string, value: Known): void {
    if (name === '') return
    if (known.has(name)) throw badModel(`two things are called '${name}'`)
    known.set(name, value)
  }

  function plan(node: GraphNode): void {
    const told = `${node.op} '${node.name}'`
    if (node.domain !== '')
      throw badModel(`${told} is of the domain '${node.domain}', which is not supported`)
    const inputs = node.inputs.map((name) => {
      if (name === '') return undefined
      // Nodes stand in the order in which they run, so what is not there yet never will be: this also ends circles.
      return known.get(name) ?? fail(told, `uses '${name}' before anything has made it`)
    })
    const context = nodeContext(
      node,
      graph.opset,
      inputs.map((input) => input?.value),
    )
    if (node.op === 'Constant') {
      define(node.outputs[0] ?? '', constant(constantOf(context)))
      return
    }
    const operator = operatorNamed(node.op)
    if (operator === null) throw badModel(`${told} is an operator that is not supported`)
    if (graph.opset < (operator.since ?? 0)) fail(told, `is not in opset ${graph.opset}`)
    mustCount(told, 'inputs', inputs.length, operator.inputs)
    mustCount(told, 'outputs', node.outputs.length, operator.outputs ?? [1, 1])

    const kernel = operator.build(context)
    const outputs = node.outputs.map((_, index) =>
      openValue(kernel.types[index] ?? fail(told, 'has too many outputs')),
    )
    const dims = shapesOf(kernel, inputs, told)
    const step = { told, kernel, inputs: inputs.map((input) => input?.value), outputs }
    if ((kernel.reads ?? []).some((index) => inputs[index]?.value.fixed === false)) shapesFollow = false
    if (canFold(step, inputs, dims)) fold(step, dims)
    else steps.push(step)
    for (const [index, name] of node.outputs.entries()) {
      settle(outputs[index]!, dims?.[index] ?? null)
      define(name, { value: outputs[index]!, dims: dims?.[index] ?? null })
    }
  }

  function canFold(
    step: Step,
    inputs: readonly (Known | undefined)[],
    dims: readonly Dims[] | null,
  ): dims is readonly Dims[] {
    if (dims === null || step.kernel.heavy || dims.some((each) => each.includes(unknownDim))) return false
    if (step.kernel.ofShape)
      return inputs.every((input) => input?.dims != null && !input.dims.includes(unknownDim))
    return inputs.every((input) => input === undefined || input.value.fixed)
  }

  function fold({ kernel, inputs, outputs, told }: Step, dims: readonly Dims[]): void {
    for (const [index, output] of outputs.entries()) {
      output.dims = dims[index]!
      output.size = checkedSize(output.dims, told)
      folded += kernel.alias ? 0 : output.size
      if (folded > mostFolded)
        throw badModel(`the model's constants unfold to more than ${mostFolded} elements`)
      output.data = kernel.alias ? inputs[0]!.data : emptyElements(output.type, output.size)
      output.fixed = true
    }
    kernel.run(outputs)
  }

  const outputs = graph.outputs.map(({ name }) => {
    const made = known.get(name) ?? fail('the model', `promises '${name}', which nothing makes`)
    return { name, value: made.value }
  })
  return { inputs, outputs, steps, shapesFollow }
}

/** The shapes of a node's outputs as far as they can be known; null where nothing can. */
function shapesOf(
  kernel: Kernel,
  inputs: readonly (Known | undefined)[],
  told: string,
): readonly Dims[] | null {
  if ((kernel.reads ?? []).some((index) => inputs[index]?.value.fixed === false)) return null
  const dims: (Dims | undefined)[] = []
  for (const input of inputs) {
    if (input !== undefined && input.dims === null) return null
    dims.push(input?.dims ?? undefined)
  }
  const shapes = kernel.shape(dims)
  for (const each of shapes ?? []) if (!each.includes(unknownDim)) checkedSize(each, told)
  return shapes
}

/** A shape that is wholly known may be read before anything has run: its contents are those of a Shape. */
function settle(value: Value, dims: Dims | null): void {
  if (dims === null || dims.includes(unknownDim)) return
  value.dims = dims
  value.size = sizeOf(dims)
}

function constant(tensor: Tensor): Known {
  const { type, dims, data } = tensor
  return { value: { type, fixed: true, dims, size: data.length, data }, dims }
}

function openValue(type: Value['type']): Value {
  return { type, fixed: false, dims: [], size: 0, data: emptyElements(type, 0) }
}

function mustCount(
  told: string,
  what: string,
  count: number,
  [fewest, most]: readonly [number, number],
): void {
  if (count < fewest || count > most)
    fail(told, `has ${count} ${what}, not ${fewest === most ? most : `${fewest} to ${most}`}`)
}

function fail(told: string, says: string): never {
  throw badModel(`${told} ${says}`)
}
