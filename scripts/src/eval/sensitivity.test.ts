import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { evaluateSensitivity } from './sensitivity.ts'

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
