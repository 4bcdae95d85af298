/** A third of the long documents in real workerd: the same rules, but for what the platform cannot tell and what it ends by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, startLab } from '../lab.ts'
import { playDocument } from './play.ts'
import { type DocumentRow, documentRows } from './rows.ts'

const nameOf = ({ privacy, stream }: DocumentRow): string => `${privacy} | ${stream ? 'stream' : 'whole'}`

/**
 * workerd ends a request whose client has left before its answer began; and a connection that was refused looks like one that
 * broke later, which may have been billed.
 */
const sampled = documentRows
  .filter(({ number }) => number % 3 === 0)
  .filter(({ expected }) => expected.told.status !== null)
  .filter(({ does }) => does.plan !== 'is not there')

describe('the fault lab of documents in workerd', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab('workerd')
  })
  afterAll(() => lab.close())

  it.each([...new Set(sampled.map(({ fault }) => fault))])(
    'TRUST 18, 22, 25, 26: whatever the privacy and the manner: %s',
    async (fault) => {
      const own = sampled.filter((row) => row.fault === fault)
      const played = await Promise.all(own.map((row) => playDocument(lab, row)))
      const told = own.map((row, i) => ({ row: nameOf(row), ...played[i]!.told, broken: played[i]!.broken }))
      expect(told).toEqual(own.map((row) => ({ row: nameOf(row), ...row.expected, broken: [] })))
    },
  )

  it('leaves no rejection that nobody saw', async () => {
    // workerd prints each stream that was broken off.
    expect((await lab.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})
