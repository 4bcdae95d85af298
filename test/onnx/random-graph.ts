/**
 * Valid graphs by chance: each step takes values that are there and makes another of them, by an operator that the shapes
 * allow. The generator keeps the shapes itself, so it says beforehand what each output's must be.
 *
 * Values stay near one (weights shrink with their fan-in, what grows is followed by a bounded function), because two engines
 * that sum in different orders differ by the last bits of what they sum. What jumps at a boundary (rounding, comparing) is fed by inputs.
 */
import { type NodeDraft, type Tensor, writeModel } from '@nearside/core'

export type RandomGraph = {
  readonly file: Uint8Array
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly operators: readonly string[]
}
type Known = { readonly name: string; readonly dims: readonly number[]; readonly isInput: boolean }
type Step = (from: Known) => Known | null

export function randomGraph(seed: number): RandomGraph {
  let state = seed * 2_654_435_761 + 1
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const below = (count: number): number => Math.floor(chance() * count)
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!

  const nodes: NodeDraft[] = []
  const initializers: Record<string, Tensor> = {}
  const inputs: Record<string, Tensor> = {}
  const known: Known[] = []

  const size = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1)
  const floats = (dims: readonly number[], scale: number): Tensor => ({
    type: 'float32',
    dims,
    data: Float32Array.from({ length: size(dims) }, () => (chance() * 2 - 1) * scale),
  })
  const constant = (tensor: Tensor): string => {
    const name = `c${Object.keys(initializers).length}`
    initializers[name] = tensor
    return name
  }
  const integers = (...values: readonly number[]): string =>
    constant({ type: 'int64', dims: [values.length], data: Float64Array.from(values) })

  function add(
    op: string,
    from: readonly string[],
    dims: readonly number[],
    attributes: NodeDraft['attributes'] = {},
  ): Known {
    const name = `v${nodes.length}`
    nodes.push({ op, inputs: from, outputs: [name], attributes })
    return { name, dims, isInput: false }
  }

  function same(op: string, attributes: NodeDraft['attributes'] = {}): Step {
    return ({ name, dims }) => add(op, [name], dims, attributes)
  }

  /** Two values whose shapes broadcast: a value with itself changed, a row, a column or a number. */
  function paired(op: string, low = -1): Step {
    return ({ name, dims }) => {
      const other = dims.map((dim) => (chance() < 0.4 ? 1 : dim)).slice(below(dims.length + 1))
      const tensor = floats(other, 1)
      if (low >= 0)
        for (let at = 0; at < tensor.data.length; at++) tensor.data[at] = low + Math.abs(tensor.data[at]!)
      return add(op, [name, constant(tensor)], dims)
    }
  }

  const bounded: Step = (from) =>
    oneOf([same('Tanh'), same('Sigmoid'), same('Erf'), same('Softsign'), same('Sin'), same('Cos')])(from)

  function reduced(op: string): Step {
    return ({ name, dims }) => {
      if (dims.length < 2) return null
      const axis = below(dims.length)
      const keep = chance() < 0.5
      const left = dims.flatMap((dim, at) => (at !== axis ? [dim] : keep ? [1] : []))
      const asInput = op === 'ReduceSum'
      const attributes = { keepdims: keep ? 1 : 0, ...(asInput ? {} : { axes: [axis] }) }
      const made = add(op, asInput ? [name, integers(axis)] : [name], left, attributes)
      return bounded(made)
    }
  }

  const multiplied: Step = ({ name, dims }) => {
    const inner = dims.at(-1)
    if (inner === undefined) return null
    const outer = 1 + below(7)
    const weights = constant(floats([inner, outer], 1 / Math.sqrt(inner)))
    return add('MatMul', [name, weights], [...dims.slice(0, -1), outer])
  }

  const gemmed: Step = ({ name, dims }) => {
    if (dims.length !== 2) return null
    const outer = 1 + below(7)
    const turned = chance() < 0.5
    const [m, k] = dims as [number, number]
    const weights = constant(floats(turned ? [outer, k] : [k, outer], 1 / Math.sqrt(k)))
    const bias = constant(floats(oneOf([[outer], [1, outer], [m, 1], []]), 1))
    return add('Gemm', [name, weights, bias], [m, outer], {
      transB: turned ? 1 : 0,
      alpha: { float: 0.5 },
      beta: { float: 0.75 },
    })
  }

  const attended: Step = ({ name, dims }) => {
    if (dims.length < 2) return null
    const order = dims.map((_, axis) => axis)
    order.push(...order.splice(-2).reverse())
    const turned = add(
      'Transpose',
      [name],
      order.map((axis) => dims[axis]!),
      { perm: order },
    )
    const rows = dims.at(-2)!
    const scores = add('MatMul', [name, turned.name], [...dims.slice(0, -1), rows])
    const shares = add('Softmax', [scores.name], scores.dims, { axis: -1 })
    return add('MatMul', [shares.name, name], dims)
  }

  const normalised: Step = ({ name, dims }) => {
    const last = dims.at(-1)
    if (last === undefined || last < 2) return null
    return add('LayerNormalization', [name, constant(floats([last], 1)), constant(floats([last], 1))], dims, {
      axis: -1,
      epsilon: { float: 0.01 },
    })
  }

  const turned: Step = ({ name, dims }) => {
    const order = dims.map((_, axis) => axis).sort(() => chance() - 0.5)
    return add(
      'Transpose',
      [name],
      order.map((axis) => dims[axis]!),
      { perm: order },
    )
  }

  const sliced: Step = ({ name, dims }) => {
    const axis = below(dims.length)
    const dim = dims[axis]
    if (dim === undefined || dim < 2) return null
    const start = below(dim - 1)
    const back = chance() < 0.3
    const spec = back ? [dim - 1, start, -1] : [start, dim, 1 + below(2)]
    const [from, to, step] = spec as [number, number, number]
    const length = Math.ceil((to - from) / step)
    const names = [integers(from), integers(to), integers(axis), integers(step)]
    return add('Slice', [name, ...names], dims.with(axis, length))
  }

  const joined: Step = ({ name, dims }) => {
    const axis = below(dims.length)
    if (dims[axis] === undefined) return null
    const more = 1 + below(3)
    const other = constant(floats(dims.with(axis, more), 1))
    return add('Concat', [name, other], dims.with(axis, dims[axis] + more), { axis })
  }

  const gathered: Step = ({ name, dims }) => {
    const axis = below(dims.length)
    const dim = dims[axis]
    if (dim === undefined) return null
    const wanted = Array.from({ length: 1 + below(4) }, () => below(2 * dim) - dim)
    return add('Gather', [name, integers(...wanted)], dims.with(axis, wanted.length), { axis })
  }

  const reshaped: Step = ({ name, dims }) => {
    const flat = add('Reshape', [name, integers(-1)], [size(dims)])
    return chance() < 0.5 ? add('Unsqueeze', [flat.name, integers(0)], [1, size(dims)]) : flat
  }

  const chosen: Step = ({ name, dims }) => {
    const input = known.find((value) => value.isInput && value.dims.join() === dims.join())
    if (input === undefined) return null
    const test = add('Greater', [input.name, constant(floats([], 0.5))], dims)
    const turned = add('Not', [test.name], dims)
    return add('Where', [turned.name, name, constant(floats([], 1))], dims)
  }

  const quantised: Step = ({ dims }) => {
    const input = known.find((value) => value.isInput && value.dims.join() === dims.join())
    if (input === undefined) return null
    const scale = constant({ type: 'float32', dims: [], data: Float32Array.of(1 / 64) })
    const zero = constant({ type: 'int8', dims: [], data: Int8Array.of(below(20) - 10) })
    const levels = add('QuantizeLinear', [input.name, scale, zero], dims)
    return add('DequantizeLinear', [levels.name, scale, zero], dims)
  }

  const steps: readonly Step[] = [
    ...[
      'Relu',
      'Abs',
      'Neg',
      'Softplus',
      'Elu',
      'LeakyRelu',
      'HardSigmoid',
      'Sigmoid',
      'Tanh',
      'Erf',
      'Identity',
      'HardSwish',
    ].map((op) => same(op)),
    same('Gelu'),
    same('Gelu', { approximate: 'tanh' }),
    ...['Add', 'Sub', 'Mul', 'Max', 'Min'].map((op) => paired(op)),
    paired('Div', 1),
    ...['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL2'].map(reduced),
    (from) => same('Softmax', { axis: below(from.dims.length) })(from),
    (from) => (from.dims.length === 0 ? null : same('LogSoftmax', { axis: -1 })(from)),
    ({ name, dims }) => add('Sqrt', [add('Abs', [name], dims).name], dims),
    ({ name, dims }) => add('Exp', [add('Tanh', [name], dims).name], dims),
    ({ name, dims }) =>
      add(
        'Clip',
        [
          name,
          constant(floats([], 0.1)),
          constant({ type: 'float32', dims: [], data: Float32Array.of(0.6) }),
        ],
        dims,
      ),
    ({ name, dims }) => add('Expand', [name, integers(2, ...dims)], [2, ...dims]),
    multiplied,
    gemmed,
    attended,
    normalised,
    turned,
    sliced,
    joined,
    gathered,
    reshaped,
    chosen,
    quantised,
  ]

  const dims = Array.from({ length: 2 + below(2) }, () => 1 + below(6))
  // Halves of a quantum away from where a quantised value would jump.
  const data = Float32Array.from({ length: size(dims) }, () => (below(120) - 60) / 64 + 1 / 256)
  inputs.x = { type: 'float32', dims, data }
  known.push({ name: 'x', dims, isInput: true })
  const operators = 4 + below(9)
  while (nodes.length < operators) {
    const from = chance() < 0.7 ? known.at(-1)! : oneOf(known)
    if (size(from.dims) > 400 || from.dims.length > 5) {
      known.push(add('ReduceMean', [from.name], [], { keepdims: 0 }))
      continue
    }
    const made = from.dims.length === 0 ? paired('Add')({ ...from }) : oneOf(steps)(from)
    if (made !== null) known.push(made)
  }
  const last = known.at(-1)!
  // ReduceMean and its kin take their axes as an attribute up to opset 17, and Gelu begins with 20.
  const opset = nodes.some(({ op }) => op === 'Gelu') ? 20 : 17
  const written = opset === 20 ? nodes.map((node) => withAxesAsInput(node, integers)) : nodes
  return {
    inputs,
    operators: nodes.map(({ op }) => op),
    file: writeModel({
      opset,
      nodes: written,
      initializers,
      inputs: [{ name: 'x', type: 'float32', dims: dims.map((dim, axis) => (axis === 0 ? 'n' : dim)) }],
      outputs: [{ name: last.name, type: 'float32' }],
    }),
  }
}

function withAxesAsInput(node: NodeDraft, integers: (...values: readonly number[]) => string): NodeDraft {
  const { axes, ...attributes } = node.attributes ?? {}
  if (!Array.isArray(axes) || !node.op.startsWith('Reduce')) return node
  return { ...node, attributes, inputs: [...node.inputs, integers(...axes)] }
}
