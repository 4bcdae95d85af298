/**
 * Writes a classifier as an ONNX model, whole: its tensors and the graph that turns a text's features into the heads,
 * so that any ONNX runtime says the same as the core's own fused pass.
 *
 * Inputs: `ids` (int64, n), `counts` (float, 1 x n) and `shape` (float, 1 x s). The card stands in the metadata.
 */
import {
  bucketCount,
  type ClassifierWeights,
  cardKey,
  type NodeDraft,
  shapeSize,
  type Tensor,
  type ValueDraft,
  writeModel,
} from '@nearside/core'

/** ONNX's number for the type. */
const float32 = 1

export function writeOnnx(weights: ClassifierWeights): Uint8Array {
  const { names, columns } = weights
  const [tasks, classes, families] = [names.tasks.length, names.domains.length, names.families.length]
  const directions = weights.domainWeights.length / classes
  const member = Float32Array.from({ length: classes * families }, (_, i) =>
    weights.familyOf[Math.floor(i / families)] === i % families ? 1 : 0,
  )
  const memberGain = member.map((one, i) => one * weights.domainGain[Math.floor(i / families)]!)
  const curve = (part: number): Float32Array =>
    Float32Array.from({ length: families }, (_, f) => weights.calibration[2 * f + part]!)
  const initializers: Readonly<Record<string, Tensor>> = {
    table: { type: 'int8', dims: [bucketCount, columns], data: weights.table },
    scale: floats([columns], weights.scale),
    bias: floats([columns], weights.bias),
    shape_mean: floats([shapeSize], weights.shapeMean),
    shape_scale: floats([shapeSize], weights.shapeScale),
    shape_weights: floats([shapeSize, columns], weights.shapeWeights),
    domain_weights: floats([directions, classes], weights.domainWeights),
    domain_bias: floats([classes], weights.domainBias),
    family_member: floats([classes, families], member),
    family_gain: floats([classes, families], memberGain),
    curve_offset: floats([families], curve(0)),
    curve_slope: floats([families], curve(1)),
    limit_low: floats([], Float32Array.of(-4)),
    limit_high: floats([], Float32Array.of(4)),
    half: floats([], Float32Array.of(0.5)),
    tiny: floats([], Float32Array.of(1e-20)),
    sizes: integers([tasks, directions, families, weights.vectorSize]),
    known_sizes: integers([1, classes - 1]),
    last_axis: integers([1]),
  }
  const nodes: readonly NodeDraft[] = [
    node('Gather', ['table', 'ids'], ['rows'], { axis: 0 }),
    node('Cast', ['rows'], ['row_floats'], { to: float32 }),
    node('MatMul', ['counts', 'row_floats'], ['sums']),
    node('Mul', ['sums', 'scale'], ['scaled']),
    node('Sub', ['shape', 'shape_mean'], ['centred']),
    node('Mul', ['centred', 'shape_scale'], ['spread']),
    node('Clip', ['spread', 'limit_low', 'limit_high'], ['clipped']),
    node('Gemm', ['clipped', 'shape_weights', 'bias'], ['shape_part']),
    node('Add', ['scaled', 'shape_part'], ['columns']),
    node('Split', ['columns', 'sizes'], ['task_logits', 'along', 'experts', 'raw_vector'], {
      axis: 1,
    }),
    node('Softmax', ['task_logits'], ['tasks'], { axis: 1 }),
    node('ReduceL2', ['raw_vector'], ['vector_length'], { axes: [1] }),
    node('Max', ['vector_length', 'tiny'], ['safe_length']),
    node('Div', ['raw_vector', 'safe_length'], ['vector']),
    node('Gemm', ['along', 'domain_weights', 'domain_bias'], ['domain_logits']),
    node('Split', ['domain_logits', 'known_sizes'], ['other_logit', 'known_logits'], { axis: 1 }),
    node('ReduceMax', ['known_logits'], ['loudest'], { axes: [1] }),
    node('Softmax', ['domain_logits'], ['domains'], { axis: 1 }),
    node('Sub', ['known_logits', 'loudest'], ['known_beneath']),
    node('Exp', ['known_beneath'], ['known_grown']),
    node('ReduceSum', ['known_grown', 'last_axis'], ['known_total'], { keepdims: 1 }),
    node('Log', ['known_total'], ['known_spread']),
    node('Sub', ['other_logit', 'known_spread'], ['other_over_spread']),
    node('Sub', ['other_over_spread', 'loudest'], ['log_odds']),
    node('Sub', ['log_odds', 'loudest'], ['novelty']),
    node('MatMul', ['domains', 'family_member'], ['raw_shares']),
    node('Max', ['raw_shares', 'tiny'], ['family_shares']),
    node('MatMul', ['domains', 'family_gain'], ['weighed_gains']),
    node('Div', ['weighed_gains', 'family_shares'], ['mean_gains']),
    node('Add', ['mean_gains', 'experts'], ['both_gains']),
    node('Mul', ['both_gains', 'half'], ['family_gains']),
    node('Mul', ['family_gains', 'curve_slope'], ['sloped']),
    node('Add', ['sloped', 'curve_offset'], ['curved']),
    node('Sigmoid', ['curved'], ['family_shortfalls']),
    node('ReduceSum', ['family_shares', 'last_axis'], ['known_share'], { keepdims: 1 }),
    node('Mul', ['family_shares', 'family_shortfalls'], ['shortfall_parts']),
    node('ReduceSum', ['shortfall_parts', 'last_axis'], ['shortfall_sum'], { keepdims: 1 }),
    node('Div', ['shortfall_sum', 'known_share'], ['shortfall']),
    node('Mul', ['family_shares', 'family_gains'], ['gain_parts']),
    node('ReduceSum', ['gain_parts', 'last_axis'], ['gain_sum'], { keepdims: 1 }),
    node('Div', ['gain_sum', 'known_share'], ['gain']),
  ]
  const card = {
    featureVersion: weights.featureVersion,
    names,
    thresholds: weights.thresholds,
    familyOf: [...weights.familyOf],
    vectorSize: weights.vectorSize,
    taskDifficulty: names.tasks.map((_, i) => weights.taskDifficulty[i]!),
  }
  return writeModel({
    producer: 'nearside train',
    graphName: 'nearside-classifier',
    nodes,
    initializers,
    inputs: [
      { name: 'ids', type: 'int64', dims: ['n'] },
      { name: 'counts', type: 'float32', dims: [1, 'n'] },
      { name: 'shape', type: 'float32', dims: [1, shapeSize] },
    ],
    outputs: [
      head('tasks', tasks),
      head('domains', classes),
      head('novelty', 1),
      head('shortfall', 1),
      head('gain', 1),
      head('vector', weights.vectorSize),
    ],
    metadata: { [cardKey]: JSON.stringify(card) },
  })
}

function head(name: string, size: number): ValueDraft {
  return { name, type: 'float32', dims: [1, size] }
}

function floats(dims: readonly number[], data: Float32Array): Tensor {
  return { type: 'float32', dims, data }
}

function integers(values: readonly number[]): Tensor {
  return { type: 'int64', dims: [values.length], data: Float64Array.from(values) }
}

function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: NonNullable<NodeDraft['attributes']> = {},
): NodeDraft {
  return { op, inputs, outputs, attributes }
}
