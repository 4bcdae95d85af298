/** Every row of the table of supervised sessions on Node. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, startLab } from '../lab.ts'
import { sessionFaults } from './faults.ts'
import { isSilent } from './play.ts'
import { nameOf, playSessions } from './play-all.ts'
import { designs, type SessionRow, sessionRows } from './rows.ts'

async function asExpected(lab: Lab, own: readonly SessionRow[]): Promise<void> {
  const played = await playSessions(lab, own)
  const told = own.map((row, i) => ({ row: nameOf(row), ...played[i]!.told, broken: played[i]!.broken }))
  expect(told).toEqual(own.map((row) => ({ row: nameOf(row), ...row.expected, broken: [] })))
}

describe('the fault lab of sessions', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab('node')
  })
  afterAll(() => lab.close())

  describe.each(designs)('%s', (design) => {
    const ofDesign = sessionRows.filter((row) => row.design === design)
    const faults = [...new Set(ofDesign.map(({ fault }) => fault))]
    const waits = (fault: string): boolean => isSilent(sessionFaults[fault]!)
    const ofFault = (fault: string) => ofDesign.filter((row) => row.fault === fault)
    const title = 'TRUST 18, 22, 25, 26: whatever the privacy and the manner: %s'
    it.each(faults.filter((fault) => !waits(fault)))(title, (fault) => asExpected(lab, ofFault(fault)))
    // Who mostly waits can wait side by side.
    it.concurrent.each(faults.filter(waits))(title, (fault) => asExpected(lab, ofFault(fault)))
  })

  it('leaves no rejection that nobody saw', async () => {
    expect(await lab.faults()).toEqual([])
  })
})
