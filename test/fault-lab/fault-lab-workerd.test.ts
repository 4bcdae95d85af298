/** A third of the table in real workerd: the same rules, but for what the platform cannot tell and what it ends by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, startLab } from './lab.ts'
import { playAll } from './play.ts'
import { type Row, rows } from './rows.ts'
import type { Expected } from './rules.ts'

const nameOf = ({ strategy, privacy, stream }: Row): string =>
  `${strategy} | ${privacy} | ${stream ? 'stream' : 'whole'}`

/** workerd ends a request whose client has left before its answer began, and nothing of it runs on. */
const endsByItself = ({ expected }: Row): boolean => expected.status === null

/** Rows in turn, by a step that meets every strategy, privacy and manner. */
const sampled: readonly Row[] = rows
  .filter(({ number }) => number % 3 === 0)
  .filter((row) => !endsByItself(row))

/** A connection that was refused looks here like one that broke after the request was read, which may have been billed. */
function expectedIn(row: Row): Expected {
  const { expected, does } = row
  const closings =
    does.frontier === 'is not there' && expected.closings.includes('released')
      ? (['held', 'held'] as const)
      : expected.closings
  const unsafe = does.node === 'is not there' && expected.code === 'tier_failed'
  return { ...expected, closings, ...(unsafe ? { retryAfterSeconds: null } : {}) }
}

describe('the fault lab in workerd', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab('workerd')
  })
  afterAll(() => lab.close())

  const faults = [...new Set(sampled.map(({ fault }) => fault))]
  it.each(faults)(
    'TRUST 18, 22, 25, 26: whatever the strategy, the privacy and the manner: %s',
    async (fault) => {
      const own = sampled.filter((row) => row.fault === fault)
      const played = await playAll(lab, own)
      const told = own.map((row, i) => ({ row: nameOf(row), ...played[i]!.told, broken: played[i]!.broken }))
      expect(told).toEqual(own.map((row) => ({ row: nameOf(row), ...expectedIn(row), broken: [] })))
    },
  )

  it('leaves no rejection that nobody saw', async () => {
    // workerd prints each stream that was broken off.
    expect((await lab.faults()).filter((fault) => fault.startsWith('unhandled'))).toEqual([])
  })
})
