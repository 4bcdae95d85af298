/** Every row of the table of supervised sessions on Node. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, startLab } from '../lab.ts'
import { nameOf, playSessions } from './play-all.ts'
import { designs, sessionRows } from './rows.ts'

describe('the fault lab of sessions', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab('node')
  })
  afterAll(() => lab.close())

  describe.each(designs)('%s', (design) => {
    const ofDesign = sessionRows.filter((row) => row.design === design)
    it.each([...new Set(ofDesign.map(({ fault }) => fault))])(
      'TRUST 18, 22, 25, 26: whatever the privacy and the manner: %s',
      async (fault) => {
        const own = ofDesign.filter((row) => row.fault === fault)
        const played = await playSessions(lab, own)
        const told = own.map((row, i) => ({
          row: nameOf(row),
          ...played[i]!.told,
          broken: played[i]!.broken,
        }))
        expect(told).toEqual(own.map((row) => ({ row: nameOf(row), ...row.expected, broken: [] })))
      },
    )
  })

  it('leaves no rejection that nobody saw', async () => {
    expect(await lab.faults()).toEqual([])
  })
})
