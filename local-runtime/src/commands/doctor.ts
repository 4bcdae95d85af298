/**
 * `nearside-runtime doctor`: what this machine is to a model. Warnings do not fail it: they are for a person
 * to weigh.
 */
import { examine } from '../doctor/examine.ts'
import { findings } from '../doctor/findings.ts'
import { showExamination } from '../doctor/show.ts'
import { modelsFolder } from '../store/places.ts'
import { jsonLine, type Output } from './output.ts'
import { type Grammar, textFlag, type Words } from './words.ts'

export const doctorGrammar: Grammar = {
  command: 'doctor',
  usage: 'no model',
  positionals: [0, 0],
  values: [],
  switches: [],
}

export async function doctor(
  words: Words,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
): Promise<number> {
  const examination = await examine(modelsFolder(textFlag(words, 'models'), env))
  const asJson = words.flags.json === true
  output.out(
    asJson ? jsonLine({ ...examination, findings: findings(examination) }) : showExamination(examination),
  )
  return 0
}
