/**
 * Takes the cases of ONNX's node tests that concern the operators claimed here out of the folder in which ONNX publishes them
 * (`onnx/backend/test/data/node`; Debian's package libonnx-testdata has it), into one file that is small enough to be kept here:
 *
 *     node --conditions=source test/onnx/extract-cases.ts FOLDER
 *
 * Left out are large cases where an operator has smaller ones, types that no operator here takes, and operators written in an older opset that mean something else today.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onnxOperators } from '@nearside/core'
import { eachField } from '../../shared/src/onnx/proto-reader.ts'
import { readGraph } from '../../shared/src/onnx/read-graph.ts'

export type NodeCase = {
  readonly name: string
  readonly model: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

const firstOpset = 13
/** Nothing is cast to halves here. */
const half = 10
const mostCaseCharacters = 4_000
/** Opsets before the first one that is read: nodes of these operators mean the same in all of them. */
const unchanged = new Set([
  ...[
    'Abs',
    'And',
    'ArgMax',
    'ArgMin',
    'Ceil',
    'Cos',
    'ConstantOfShape',
    'CumSum',
    'DynamicQuantizeLinear',
    'Elu',
    'Equal',
    'Erf',
    'Exp',
    'Floor',
  ],
  ...[
    'Greater',
    'HardSigmoid',
    'LeakyRelu',
    'Less',
    'Log',
    'MatMulInteger',
    'Mod',
    'Neg',
    'Not',
    'Or',
    'Range',
    'Reciprocal',
  ],
  ...['Round', 'Sigmoid', 'Sign', 'Sin', 'Softplus', 'Softsign', 'Tanh', 'TopK', 'Where', 'Xor'],
])

const folder = process.argv[2]
if (folder === undefined) throw new Error('Name the folder of ONNX’s node tests.')

const claimed = new Set(onnxOperators)
const cases: NodeCase[] = []
const covered = new Set<string>()
for (const name of readdirSync(folder).sort()) {
  const found = caseIn(join(folder, name), name)
  if (found !== null) cases.push(found)
}
const file = join(import.meta.dirname, 'node-cases.json.gz')
writeFileSync(file, gzipSync(JSON.stringify(cases), { level: 9 }))
console.log(`${cases.length} cases`)

function caseIn(path: string, name: string): NodeCase | null {
  const set = join(path, 'test_data_set_0')
  if (!existsSync(set) || !existsSync(join(path, 'model.onnx'))) return null
  const file = readFileSync(join(path, 'model.onnx'))
  const isOld = opsetOf(file) < firstOpset
  const model = isOld ? Buffer.concat([file, Buffer.of(0x42, 2, 0x10, firstOpset)]) : file
  const operators = operatorsIn(model)
  if (operators.length === 0 || operators.some((operator) => !claimed.has(operator))) return null
  if (isOld && operators.some((operator) => !unchanged.has(operator))) return null
  const tensors = (kind: string): string[] =>
    readdirSync(set)
      .filter((entry) => entry.startsWith(kind))
      .sort()
      .map((entry) => readFileSync(join(set, entry)).toString('base64'))
  const made = {
    name,
    model: model.toString('base64'),
    inputs: tensors('input_'),
    outputs: tensors('output_'),
  }
  const isNeeded = operators.some((operator) => !covered.has(operator))
  if (JSON.stringify(made).length > mostCaseCharacters && !isNeeded) return null
  for (const operator of operators) covered.add(operator)
  return made
}

/** The operators of a model; none where the file holds what is not read here, such as subgraphs and texts. */
function operatorsIn(model: Uint8Array): readonly string[] {
  try {
    const { nodes } = readGraph(model)
    return nodes.some(({ op, attributes }) => op === 'Cast' && attributes.get('to') === half)
      ? []
      : nodes.map(({ op }) => op)
  } catch {
    return []
  }
}

function opsetOf(model: Uint8Array): number {
  let opset = 0
  eachField(model, 0, model.length, (field) => {
    if (field.number !== 8) return
    eachField(model, field.from, field.to, (part) => {
      if (part.number === 2) opset = part.value
    })
  })
  return opset
}
