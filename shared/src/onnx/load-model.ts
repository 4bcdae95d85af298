/**
 * A model, loaded once and run often. What cannot be run is refused when it is loaded, with the reason; what only the input can
 * show is refused when it comes, before anything is computed with it.
 *
 * Places keep their memory between runs and grow when a run needs more, so a run like the one before allocates nothing but
 * its outputs. Memory and work of a run are bounded whatever the file says.
 */
import { type ModelInput, planOf, type Step } from './plan.ts'
import { readGraph } from './read-graph.ts'
import { checkedSize } from './read-tensor.ts'
import {
  badModel,
  type Dims,
  dimsText,
  type ElementType,
  emptyElements,
  holds,
  sizeOf,
  type Tensor,
} from './tensor.ts'

export type LoadedModel = {
  readonly inputs: readonly {
    readonly name: string
    readonly type: ElementType
    readonly dims: readonly (number | string | null)[]
  }[]
  readonly outputs: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  /** The outputs by name. An int64 tensor is a Float64Array of whole numbers, here as everywhere in this folder. */
  run(inputs: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>>
}

export type ModelLimits = {
  /** The most elements that all tensors of a run may have together. @default 2^25: 128 MiB of floats */
  readonly elements: number
  /** The most multiplications and copies of one run, roughly. @default 2^32: a few seconds */
  readonly work: number
}

export const defaultModelLimits: ModelLimits = { elements: 2 ** 25, work: 2 ** 32 }

export function loadModel(bytes: Uint8Array, limits: Partial<ModelLimits> = {}): LoadedModel {
  const { elements: mostElements, work: mostWork } = { ...defaultModelLimits, ...limits }
  const graph = readGraph(bytes)
  const plan = planOf(graph)
  let shapedFor = ''
  let elements = 0

  /** The shapes of all steps, where they follow from those of the inputs; else each step's own, just before it runs. */
  function run(given: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> {
    take(plan.inputs, given)
    const shapes = plan.inputs.map(({ value }) => value.dims.join(',')).join(';')
    const asBefore = plan.shapesFollow && shapes === shapedFor
    // A run that fails in the middle leaves shapes of two kinds behind.
    shapedFor = ''
    let work = 0
    for (const step of plan.steps) {
      if (!asBefore) {
        shape(step)
        work += workOf(step)
        if (work > mostWork) throw badModel('the model needs more work for this input than is allowed')
      }
      if (step.kernel.alias) step.outputs[0]!.data = step.inputs[0]!.data
      else step.kernel.run(step.outputs)
    }
    shapedFor = shapes
    const outputs: Record<string, Tensor> = Object.create(null)
    for (const { name, value } of plan.outputs) {
      outputs[name] = { type: value.type, dims: value.dims, data: value.data.slice(0, value.size) }
    }
    return outputs
  }

  function shape({ kernel, inputs, outputs, told }: Step): void {
    const shapes = kernel.shape(inputs.map((input) => input?.dims))
    if (shapes === null) throw badModel(`${told} has no shape`)
    for (const [index, output] of outputs.entries()) {
      output.dims = shapes[index]!
      output.size = checkedSize(output.dims, told)
      if (kernel.alias || output.data.length >= output.size) continue
      elements += output.size - output.data.length
      if (elements > mostElements)
        throw badModel('the model needs more memory for this input than is allowed')
      output.data = emptyElements(output.type, output.size)
    }
  }

  return {
    inputs: graph.inputs.map(({ name, type, dims }) => ({ name, type, dims: dims ?? [] })),
    outputs: graph.outputs.map(({ name }) => name),
    metadata: graph.metadata,
    run,
  }
}

function workOf({ kernel, inputs, outputs }: Step): number {
  if (kernel.alias) return 1
  let touched = kernel.work?.() ?? 0
  for (const input of inputs) touched += input?.size ?? 0
  for (const output of outputs) touched += output.size
  return touched + 1
}

/** Puts the caller's tensors in their places, after looking at each. */
function take(inputs: readonly ModelInput[], given: Readonly<Record<string, Tensor>>): void {
  const bound = new Map<string, number>()
  for (const { name, value, dims } of inputs) {
    const tensor = Object.hasOwn(given, name) ? given[name] : undefined
    if (tensor === undefined) throw badModel(`the input '${name}' is missing`)
    if (tensor.type !== value.type || !holds(tensor.type, tensor.data)) {
      throw badModel(`the input '${name}' must be ${value.type}`)
    }
    checkedSize(tensor.dims, `the input '${name}'`)
    if (!fits(tensor.dims, dims, bound) || sizeOf(tensor.dims) !== tensor.data.length) {
      throw badModel(
        `the input '${name}' of ${dimsText(tensor.dims)} does not have the shape [${dims.join(', ')}]`,
      )
    }
    value.dims = tensor.dims
    value.size = tensor.data.length
    value.data = tensor.data
  }
}

function fits(dims: Dims, wanted: readonly (number | string | null)[], bound: Map<string, number>): boolean {
  if (dims.length !== wanted.length) return false
  return wanted.every((want, axis) => {
    if (want === null) return true
    if (typeof want === 'number') return want === dims[axis]
    const before = bound.get(want)
    bound.set(want, dims[axis]!)
    return before === undefined || before === dims[axis]
  })
}
