/** Every row of the table of long documents on Node. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, startLab } from '../lab.ts'
import { documentFaults } from './faults.ts'
import { isSilent, playDocument } from './play.ts'
import { type DocumentRow, documentRows } from './rows.ts'

const nameOf = ({ privacy, stream }: DocumentRow): string => `${privacy} | ${stream ? 'stream' : 'whole'}`

async function asExpected(lab: Lab, fault: string): Promise<void> {
  const own = documentRows.filter((row) => row.fault === fault)
  const played = await Promise.all(own.map((row) => playDocument(lab, row)))
  const told = own.map((row, i) => ({ row: nameOf(row), ...played[i]!.told, broken: played[i]!.broken }))
  expect(told).toEqual(own.map((row) => ({ row: nameOf(row), ...row.expected, broken: [] })))
}

describe('the fault lab of documents', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab('node')
  })
  afterAll(() => lab.close())

  const faults = Object.keys(documentFaults)
  const waits = (fault: string): boolean => isSilent(documentFaults[fault]!)
  const title = 'TRUST 18, 22, 25, 26: whatever the privacy and the manner: %s'
  it.each(faults.filter((fault) => !waits(fault)))(title, (fault) => asExpected(lab, fault))
  // Who mostly waits can wait side by side.
  it.concurrent.each(faults.filter(waits))(title, (fault) => asExpected(lab, fault))

  it('leaves no rejection that nobody saw', async () => {
    expect(await lab.faults()).toEqual([])
  })
})
