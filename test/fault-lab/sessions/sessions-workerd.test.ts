/** A third of the sessions in real workerd: the same rules, but for what the platform cannot tell and what it ends by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, startLab } from '../lab.ts'
import { nameOf, playSessions } from './play-all.ts'
import { designs, type SessionRow, sessionRows } from './rows.ts'
import type { ExpectedSession } from './rules.ts'

/**
 * workerd ends a request whose client has left before its answer began; and a connection that was refused looks like one that
 * broke later, which may have been billed.
 */
const sampled = sessionRows
  .filter(({ number }) => number % 3 === 0)
  .filter(({ does }) => !does.caller.startsWith('leaves') && does.supervisor !== 'is not there')

function expectedIn({ expected, does }: SessionRow): ExpectedSession {
  if (does.executor !== 'is not there') return expected
  const asks = expected.asks.map(({ turn, told }) => {
    const isUnsafe = told.code === 'tier_failed'
    return { turn, told: { ...told, ...(isUnsafe ? { retryAfterSeconds: null } : {}) } }
  })
  return { ...expected, asks }
}

describe('the fault lab of sessions in workerd', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab('workerd')
  })
  afterAll(() => lab.close())

  describe.each(designs)('%s', (design) => {
    const ofDesign = sampled.filter((row) => row.design === design)
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
        expect(told).toEqual(own.map((row) => ({ row: nameOf(row), ...expectedIn(row), broken: [] })))
      },
    )
  })

  it('leaves no rejection that nobody saw', async () => {
    expect((await lab.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})
