import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { detect, judgeUnsafe, nameDetector } from '@nearside/core'
import { expect, it } from 'vitest'
import { developmentSet, sensitiveSet } from './development-set.ts'
import { evaluateSensitivity, shippedTextHeads } from './sensitivity.ts'

const model = join(import.meta.dirname, '../../../shared/model')
const card = JSON.parse(readFileSync(join(model, 'text-heads.json'), 'utf8')) as {
  sha256: string
  sensitivity: { precision: number; recall: number }
}

it('TRUST 32: the text heads are the ones that their card measured, and the card says they are good enough', () => {
  const digest = createHash('sha256')
    .update(readFileSync(join(model, 'text-heads.bin')))
    .digest('hex')
  expect(digest).toBe(card.sha256)
  expect(card.sensitivity.recall).toBeGreaterThanOrEqual(0.95)
  expect(card.sensitivity.precision).toBeGreaterThanOrEqual(0.9)
})

const heads = shippedTextHeads()
const share = <Row>(rows: readonly Row[], found: (row: Row) => boolean): number =>
  rows.filter(found).length / rows.length
const attacks = ['jailbreak', 'harmful', 'harmful_request']

it('TRUST 32: finds the personal data of prompts written for this project, and leaves ordinary ones alone', () => {
  const names = nameDetector(heads)
  const labelled = (label: string) => sensitiveSet().filter((row) => row.label === label)
  const found = ({ text }: { readonly text: string }): boolean => detect(text, names).length > 0
  expect(share(labelled('pii'), found)).toBeGreaterThanOrEqual(gates.personalData)
  expect(share(labelled('none'), found)).toBeLessThanOrEqual(gates.noneTaken)
  expect(share(labelled('entity_only'), found)).toBeLessThanOrEqual(gates.entitiesTaken)
})

it('TRUST 32: recognises attacks written for this project, and leaves ordinary requests alone', () => {
  const rows = [...developmentSet(), ...sensitiveSet()]
  const attacking = rows.filter(({ label }) => attacks.includes(label))
  const found = ({ text }: { readonly text: string }): boolean => judgeUnsafe(text, heads).kinds.length > 0
  expect(share(attacking, found)).toBeGreaterThanOrEqual(gates.attacks)
  const harmless = rows.filter((row) => !attacking.includes(row))
  expect(share(harmless, found)).toBeLessThanOrEqual(gates.falseAlarms)
})

/** What the shipped heads reached when they were trained, less what a change of one or two prompts makes. */
const gates = { personalData: 0.95, noneTaken: 0.17, entitiesTaken: 0.55, attacks: 0.8, falseAlarms: 0.06 }

const data = process.env.NEARSIDE_DATA ?? ''
const file = join(data, 'sensitivity/pii.jsonl')

it('TRUST 32: what is shipped finds personal data in the development set, where NEARSIDE_DATA has it', () => {
  if (data === '' || !existsSync(file)) {
    process.stdout.write(
      'NEARSIDE_DATA has no sensitivity/pii.jsonl: the development set was not measured.\n',
    )
    return
  }
  const { precision, recall, perKind } = evaluateSensitivity(file)
  expect(recall).toBeGreaterThanOrEqual(0.95)
  expect(precision).toBeGreaterThanOrEqual(0.9)
  for (const kind of ['CREDIT_CARD', 'IBAN_CODE', 'US_SSN']) expect(perKind[kind]?.covered).toBe(1)
})
