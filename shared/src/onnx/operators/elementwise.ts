/** Operators that work element by element, with broadcasting: arithmetic, comparison, logic, activations, Where, Clip. */

import { badModel, type Dims, type ElementType, type Value } from '../tensor.ts'
import { erf } from './erf.ts'
import { floats, type Kernel, type NodeContext, numbers, type Operator, oneOf } from './operator.ts'
import { broadcast, stridesOver, type Walk, walkOf } from './walk.ts'

type Unary = (x: number) => number
type Binary = (x: number, y: number) => number

const truth: readonly ElementType[] = ['bool']
const any: readonly ElementType[] = [...numbers, 'bool']

function mapping(types: readonly ElementType[], make: (node: NodeContext) => Unary): Operator {
  return {
    inputs: [1, 1],
    build: (node) => {
      const x = oneOf(node, 0, types)
      const f = make(node)
      return {
        types: [x.type],
        shape: ([dims]) => [dims as Dims],
        run: ([out]) => {
          const from = x.data
          const to = (out as Value).data
          for (let i = 0; i < x.size; i++) to[i] = f(from[i] as number)
        },
      }
    },
  }
}

/** The shape that all inputs fit, and the walk over the output and them, kept until a shape changes. */
function spread(node: NodeContext): { shape: Kernel['shape']; walk: () => Walk } {
  let walk = walkOf([], [])
  return {
    walk: () => walk,
    shape: (dims) => {
      let over: Dims = []
      for (const each of dims) {
        over = broadcast(over, each as Dims) ?? node.fail('the shapes of its inputs do not fit each other')
      }
      if (!over.includes(-1))
        walk = walkOf(
          over,
          [over, ...dims].map((each) => stridesOver(each as Dims, over)),
        )
      return [over]
    },
  }
}

type BinaryOptions = { readonly result?: ElementType; readonly mixed?: boolean; readonly since?: number }

function pairing(
  types: readonly ElementType[],
  make: (node: NodeContext, type: ElementType) => Binary,
  options: BinaryOptions = {},
): Operator {
  return {
    inputs: [2, 2],
    build: (node) => {
      const x = oneOf(node, 0, types)
      const y = oneOf(node, 1, types)
      if (x.type !== y.type && !options.mixed)
        node.fail(`its inputs are ${x.type} and ${y.type}, not of one type`)
      const f = make(node, x.type)
      const { shape, walk } = spread(node)
      const type = options.result ?? x.type
      return { types: [type], shape, run: ([out]) => runPairs(walk(), f, out as Value, x, y) }
    },
  }
}

function runPairs(walk: Walk, f: Binary, out: Value, x: Value, y: Value): void {
  const { offsets, row } = walk
  const [, xStep = 0, yStep = 0] = walk.steps
  const to = out.data
  const xs = x.data
  const ys = y.data
  if (!walk.start()) return
  let at = 0
  do {
    let xAt = offsets[1] as number
    let yAt = offsets[2] as number
    for (let i = 0; i < row; i++) {
      to[at++] = f(xs[xAt] as number, ys[yAt] as number)
      xAt += xStep
      yAt += yStep
    }
  } while (walk.next())
  if (out.type === 'int64') mustBeWhole(out)
}

/** A 64-bit result beyond 2^53, or a division by zero, is a fault and not a number that is slightly wrong. */
export function mustBeWhole(out: Value): void {
  for (let i = 0; i < out.size; i++) {
    if (!(Math.abs(out.data[i] as number) <= Number.MAX_SAFE_INTEGER))
      throw badModel('an int64 result is beyond 2^53')
  }
}

function gathering(fold: Binary, types: readonly ElementType[], mean = false): Operator {
  return {
    inputs: [1, 2 ** 10],
    build: (node) => {
      const inputs = node.inputs.map((_, index) => oneOf(node, index, types))
      const first = node.input(0)
      if (inputs.some(({ type }) => type !== first.type)) node.fail('its inputs are not of one type')
      const { shape, walk } = spread(node)
      return { types: [first.type], shape, run: ([out]) => runMany(walk(), fold, out as Value, inputs, mean) }
    },
  }
}

function runMany(walk: Walk, fold: Binary, out: Value, inputs: readonly Value[], mean: boolean): void {
  const { offsets, steps, row } = walk
  const to = out.data
  if (!walk.start()) return
  let at = 0
  do {
    for (let i = 0; i < row; i++) {
      let sum = (inputs[0] as Value).data[(offsets[1] as number) + i * (steps[1] as number)] as number
      for (let k = 1; k < inputs.length; k++) {
        const index = (offsets[k + 1] as number) + i * (steps[k + 1] as number)
        sum = fold(sum, (inputs[k] as Value).data[index] as number)
      }
      to[at++] = mean ? sum / inputs.length : sum
    }
  } while (walk.next())
}

const where: Operator = {
  inputs: [3, 3],
  build: (node) => {
    const condition = oneOf(node, 0, truth)
    const x = node.input(1)
    const y = node.input(2)
    if (x.type !== y.type) node.fail(`chooses between ${x.type} and ${y.type}, which must be of one type`)
    const { shape, walk: current } = spread(node)
    const run = (outputs: readonly Value[]): void => {
      const walk = current()
      const { offsets, steps, row } = walk
      const to = (outputs[0] as Value).data
      if (!walk.start()) return
      let at = 0
      do {
        for (let i = 0; i < row; i++) {
          const yes = condition.data[(offsets[1] as number) + i * (steps[1] as number)]
          const k = yes ? 2 : 3
          to[at++] = (yes ? x : y).data[(offsets[k] as number) + i * (steps[k] as number)] as number
        }
      } while (walk.next())
    }
    return { types: [x.type], shape, run }
  },
}

const clip: Operator = {
  inputs: [1, 3],
  build: (node) => {
    const x = oneOf(node, 0, numbers)
    const [, least, most] = node.inputs
    for (const bound of [least, most]) {
      if (bound && bound.type !== x.type) node.fail(`its bounds are ${bound.type}, its input ${x.type}`)
    }
    return {
      types: [x.type],
      shape: ([dims, ...bounds]) => {
        if (bounds.some((each) => each?.some((dim) => dim !== 1 && dim !== -1)))
          node.fail('its bounds are no scalars')
        return [dims as Dims]
      },
      run: ([out]) => {
        const low = least ? (least.data[0] as number) : Number.NEGATIVE_INFINITY
        const high = most ? (most.data[0] as number) : Number.POSITIVE_INFINITY
        const to = (out as Value).data
        for (let i = 0; i < x.size; i++) to[i] = Math.min(Math.max(x.data[i] as number, low), high)
      },
    }
  },
}

const whole = (type: ElementType): boolean => !floats.includes(type)
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

function remainder(node: NodeContext, type: ElementType): Binary {
  if (node.int('fmod', 0) !== 0) return (x, y) => x % y
  if (!whole(type)) node.fail('fmod must be 1 for floats')
  return (x, y) => x - y * Math.floor(x / y)
}

/** Half to even, as IEEE 754 rounds. */
export function roundEven(x: number): number {
  const rounded = Math.round(x)
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

function gelu(node: NodeContext): Unary {
  const kind = node.text('approximate', 'none')
  if (kind === 'none') return (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2))
  if (kind !== 'tanh') node.fail(`approximates by '${kind}', which is unknown`)
  return (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
}

const compared = (test: (x: number, y: number) => boolean, types = numbers): Operator =>
  pairing(types, () => (x, y) => (test(x, y) ? 1 : 0), { result: 'bool' })

const logical = (test: (x: number, y: number) => number): Operator => pairing(truth, () => test)

export const elementwise: Readonly<Record<string, Operator>> = {
  Abs: mapping(numbers, () => Math.abs),
  Neg: mapping(numbers, () => (x) => 0 - x),
  Sign: mapping(numbers, () => Math.sign),
  Floor: mapping(floats, () => Math.floor),
  Ceil: mapping(floats, () => Math.ceil),
  Round: mapping(floats, () => roundEven),
  Sqrt: mapping(floats, () => Math.sqrt),
  Exp: mapping(floats, () => Math.exp),
  Log: mapping(floats, () => Math.log),
  Sin: mapping(floats, () => Math.sin),
  Cos: mapping(floats, () => Math.cos),
  Reciprocal: mapping(floats, () => (x) => 1 / x),
  Erf: mapping(floats, () => erf),
  Tanh: mapping(floats, () => Math.tanh),
  Sigmoid: mapping(floats, () => sigmoid),
  Relu: mapping(numbers, () => (x) => (x < 0 ? 0 : x)),
  Softplus: mapping(floats, () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Softsign: mapping(floats, () => (x) => x / (1 + Math.abs(x))),
  HardSwish: { ...mapping(floats, () => (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5))), since: 14 },
  HardSigmoid: mapping(floats, (node) => {
    const alpha = node.float('alpha', 0.2)
    const beta = node.float('beta', 0.5)
    return (x) => Math.min(1, Math.max(0, alpha * x + beta))
  }),
  Elu: mapping(floats, (node) => {
    const alpha = node.float('alpha', 1)
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x)
  }),
  LeakyRelu: mapping(floats, (node) => {
    const alpha = node.float('alpha', 0.01)
    return (x) => (x < 0 ? alpha * x : x)
  }),
  Gelu: { ...mapping(floats, gelu), since: 20 },
  Not: mapping(truth, () => (x) => 1 - x),
  Add: pairing(numbers, () => (x, y) => x + y),
  Sub: pairing(numbers, () => (x, y) => x - y),
  Mul: pairing(numbers, (_, type) => (type === 'int32' ? Math.imul : (x, y) => x * y)),
  Div: pairing(numbers, (_, type) => (whole(type) ? (x, y) => Math.trunc(x / y) : (x, y) => x / y)),
  Pow: pairing(numbers, (_, type) => (whole(type) ? (x, y) => Math.trunc(x ** y) : (x, y) => x ** y), {
    mixed: true,
  }),
  Mod: pairing(numbers, remainder),
  PRelu: pairing(numbers, () => (x, y) => (x < 0 ? x * y : x)),
  Equal: compared((x, y) => x === y, any),
  Greater: compared((x, y) => x > y),
  GreaterOrEqual: compared((x, y) => x >= y),
  Less: compared((x, y) => x < y),
  LessOrEqual: compared((x, y) => x <= y),
  And: logical((x, y) => x & y),
  Or: logical((x, y) => x | y),
  Xor: logical((x, y) => x ^ y),
  Max: gathering(Math.max, numbers),
  Min: gathering(Math.min, numbers),
  Sum: gathering((x, y) => x + y, floats),
  Mean: gathering((x, y) => x + y, floats, true),
  Where: where,
  Clip: clip,
}
