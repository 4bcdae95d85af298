/** Every row of the table on Node: what the caller was told, who was asked, what was charged, and where the text never was. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults } from './faults.ts'
import { type Lab, startLab } from './lab.ts'
import { playAll } from './play.ts'
import { type Row, rows } from './rows.ts'
import { printedTable } from './table.ts'

const nameOf = ({ strategy, privacy, stream }: Row): string =>
  `${strategy} | ${privacy} | ${stream ? 'stream' : 'whole'}`

describe('the fault lab', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab('node')
  })
  afterAll(() => lab.close())

  it.each(Object.keys(faults))(
    'TRUST 18, 22, 25, 26: whatever the strategy, the privacy and the manner: %s',
    async (fault) => {
      const own = rows.filter((row) => row.fault === fault)
      const played = await playAll(lab, own)
      const told = own.map((row, i) => ({ row: nameOf(row), ...played[i]!.told, broken: played[i]!.broken }))
      expect(told).toEqual(own.map((row) => ({ row: nameOf(row), ...row.expected, broken: [] })))
    },
  )

  it('has its table as it is printed', () => {
    expect(readFileSync(new URL('table.md', import.meta.url), 'utf8')).toBe(printedTable())
  })

  it('leaves no rejection that nobody saw', async () => {
    expect(await lab.faults()).toEqual([])
  })
})
