/**
 * Writes a classifier as an ONNX model, whole: its tensors and the graph that turns a text's features into the heads,
 * so that any ONNX runtime says the same as the core's own fused pass.
 *
 * Inputs: `ids` (int64, n), `counts` (float, 1 x n) and `shape` (float, 1 x s). The card stands in the metadata.
 */
import { bucketCount, type ClassifierWeights, cardKey, shapeSize } from '@nearside/core'
import { type Bytes, bytesField, join, message, numberField, textField } from './protobuf.ts'

const type = { float: 1, int8: 3, int64: 7 }
const attributeKind = { int: 2, ints: 7 }
const operatorSet = 17
const formatVersion = 8

export function writeOnnx(weights: ClassifierWeights): Uint8Array {
  const { names, columns } = weights
  const [tasks, classes, families] = [names.tasks.length, names.domains.length, names.families.length]
  const directions = weights.domainWeights.length / classes
  const attacks = names.attacks.length
  const member = Float32Array.from({ length: classes * families }, (_, i) =>
    weights.familyOf[Math.floor(i / families)] === i % families ? 1 : 0,
  )
  const memberGain = member.map((one, i) => one * weights.domainGain[Math.floor(i / families)]!)
  const curves = Array.from({ length: families }, (_, f) => f)
  const tensors: readonly Bytes[] = [
    tensor('table', [bucketCount, columns], type.int8, weights.table),
    floats('scale', [columns], weights.scale),
    floats('bias', [columns], weights.bias),
    floats('shape_mean', [shapeSize], weights.shapeMean),
    floats('shape_scale', [shapeSize], weights.shapeScale),
    floats('shape_weights', [shapeSize, columns], weights.shapeWeights),
    floats('domain_weights', [directions, classes], weights.domainWeights),
    floats('domain_bias', [classes], weights.domainBias),
    floats('domain_gain', [classes], weights.domainGain),
    floats('calibration', [families, 2], weights.calibration),
    floats('task_difficulty', [tasks], weights.taskDifficulty),
    floats('family_member', [classes, families], member),
    floats('family_gain', [classes, families], memberGain),
    floats(
      'curve_offset',
      [families],
      Float32Array.from(curves, (f) => weights.calibration[2 * f]!),
    ),
    floats(
      'curve_slope',
      [families],
      Float32Array.from(curves, (f) => weights.calibration[2 * f + 1]!),
    ),
    floats('limit_low', [], Float32Array.of(-4)),
    floats('limit_high', [], Float32Array.of(4)),
    floats('half', [], Float32Array.of(0.5)),
    floats('tiny', [], Float32Array.of(1e-20)),
    integers('sizes', [tasks, directions, families, attacks, weights.vectorSize]),
    integers('known_sizes', [1, classes - 1]),
    integers('last_axis', [1]),
    floats('one', [], Float32Array.of(1)),
    floats('small', [], Float32Array.of(1e-9)),
  ]
  const nodes: readonly Bytes[] = [
    node('Gather', ['table', 'ids'], ['rows'], [intAttribute('axis', 0)]),
    node('Cast', ['rows'], ['row_floats'], [intAttribute('to', type.float)]),
    node('MatMul', ['counts', 'row_floats'], ['sums']),
    node('Mul', ['sums', 'scale'], ['scaled']),
    node('Sub', ['shape', 'shape_mean'], ['centred']),
    node('Mul', ['centred', 'shape_scale'], ['spread']),
    node('Clip', ['spread', 'limit_low', 'limit_high'], ['clipped']),
    node('Gemm', ['clipped', 'shape_weights', 'bias'], ['shape_part']),
    node('Add', ['scaled', 'shape_part'], ['columns']),
    node(
      'Split',
      ['columns', 'sizes'],
      ['task_logits', 'along', 'experts', 'attack_logits', 'raw_vector'],
      [intAttribute('axis', 1)],
    ),
    node('Softmax', ['task_logits'], ['tasks'], [intAttribute('axis', 1)]),
    node('Softmax', ['attack_logits'], ['attacks'], [intAttribute('axis', 1)]),
    node('ReduceL2', ['raw_vector'], ['vector_length'], [intsAttribute('axes', [1])]),
    node('Max', ['vector_length', 'tiny'], ['safe_length']),
    node('Div', ['raw_vector', 'safe_length'], ['vector']),
    node('Gemm', ['along', 'domain_weights', 'domain_bias'], ['domain_logits']),
    node(
      'Split',
      ['domain_logits', 'known_sizes'],
      ['other_logit', 'known_logits'],
      [intAttribute('axis', 1)],
    ),
    node('ReduceMax', ['known_logits'], ['loudest'], [intsAttribute('axes', [1])]),
    node('Softmax', ['domain_logits'], ['domains'], [intAttribute('axis', 1)]),
    node('Split', ['domains', 'known_sizes'], ['other_share', 'known_shares'], [intAttribute('axis', 1)]),
    node('Sub', ['one', 'other_share'], ['rest_share']),
    node('Add', ['rest_share', 'small'], ['safe_rest']),
    node('Add', ['other_share', 'small'], ['safe_other']),
    node('Div', ['safe_other', 'safe_rest'], ['odds']),
    node('Log', ['odds'], ['log_odds']),
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
    node('ReduceSum', ['family_shares', 'last_axis'], ['known_share'], [intAttribute('keepdims', 1)]),
    node('Mul', ['family_shares', 'family_shortfalls'], ['shortfall_parts']),
    node('ReduceSum', ['shortfall_parts', 'last_axis'], ['shortfall_sum'], [intAttribute('keepdims', 1)]),
    node('Div', ['shortfall_sum', 'known_share'], ['shortfall']),
    node('Mul', ['family_shares', 'family_gains'], ['gain_parts']),
    node('ReduceSum', ['gain_parts', 'last_axis'], ['gain_sum'], [intAttribute('keepdims', 1)]),
    node('Div', ['gain_sum', 'known_share'], ['gain']),
  ]
  const graph = [
    ...nodes.map((each) => bytesField(1, each)),
    textField(2, 'nearside-classifier'),
    ...tensors.map((each) => bytesField(5, each)),
    value(11, 'ids', type.int64, ['n']),
    value(11, 'counts', type.float, [1, 'n']),
    value(11, 'shape', type.float, [1, shapeSize]),
    value(12, 'tasks', type.float, [1, tasks]),
    value(12, 'domains', type.float, [1, classes]),
    value(12, 'novelty', type.float, [1, 1]),
    value(12, 'shortfall', type.float, [1, 1]),
    value(12, 'gain', type.float, [1, 1]),
    value(12, 'attacks', type.float, [1, attacks]),
    value(12, 'vector', type.float, [1, weights.vectorSize]),
  ]
  const card = {
    featureVersion: weights.featureVersion,
    names,
    thresholds: weights.thresholds,
    familyOf: [...weights.familyOf],
    vectorSize: weights.vectorSize,
  }
  return join([
    numberField(1, formatVersion),
    textField(2, 'nearside train'),
    message(7, graph),
    message(8, [textField(1, ''), numberField(2, operatorSet)]),
    message(14, [textField(1, cardKey), textField(2, JSON.stringify(card))]),
  ])
}

function tensor(name: string, shape: readonly number[], kind: number, data: ArrayBufferView): Bytes {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return join([
    ...shape.map((dimension) => numberField(1, dimension)),
    numberField(2, kind),
    textField(8, name),
    bytesField(9, raw),
  ])
}

function floats(name: string, shape: readonly number[], data: Float32Array): Bytes {
  return tensor(name, shape, type.float, data)
}

function integers(name: string, values: readonly number[]): Bytes {
  return tensor(name, [values.length], type.int64, BigInt64Array.from(values, BigInt))
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Bytes[] = [],
): Bytes {
  return join([
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    textField(3, `${operator}_${outputs[0]}`),
    textField(4, operator),
    ...attributes.map((attribute) => bytesField(5, attribute)),
  ])
}

function intAttribute(name: string, given: number): Bytes {
  return join([textField(1, name), numberField(3, given), numberField(20, attributeKind.int)])
}

function intsAttribute(name: string, given: readonly number[]): Bytes {
  return join([
    textField(1, name),
    ...given.map((each) => numberField(8, each)),
    numberField(20, attributeKind.ints),
  ])
}

function value(field: number, name: string, kind: number, shape: readonly (number | string)[]): Bytes {
  const dimensions = shape.map((dimension) =>
    message(1, [typeof dimension === 'number' ? numberField(1, dimension) : textField(2, dimension)]),
  )
  return message(field, [
    textField(1, name),
    message(2, [message(1, [numberField(1, kind), message(2, dimensions)])]),
  ])
}
