/**
 * Every operator that models may use here. A name is in this list when the specification's own cases hold for it, and with it
 * the types that its builder accepts; all else is refused when a model is loaded.
 */
import { elementwise } from './elementwise.ts'
import { gathers } from './gather.ts'
import { products } from './matmul.ts'
import { movements } from './move.ts'
import { normalisations } from './normalise.ts'
import type { Operator } from './operator.ts'
import { quantisations } from './quantise.ts'
import { reductions } from './reduce.ts'
import { reshapes } from './reshape.ts'

const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...elementwise,
    ...gathers,
    ...movements,
    ...normalisations,
    ...products,
    ...quantisations,
    ...reductions,
    ...reshapes,
  }),
)

/** The names of all operators, `Constant` among them, sorted. */
export const onnxOperators: readonly string[] = [...operators.keys(), 'Constant'].sort()

export function operatorNamed(name: string): Operator | null {
  return operators.get(name) ?? null
}
