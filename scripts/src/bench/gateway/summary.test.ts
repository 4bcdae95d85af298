import { describe, expect, it } from 'vitest'
import type { Sample } from './rounds.ts'
import { loadFigures, loadRows, Samples, table } from './summary.ts'

function sample(given: Partial<Sample>): Sample {
  return {
    target: 'ten-line proxy',
    mode: 'whole',
    concurrency: 1,
    round: 0,
    answered: 100,
    failed: 0,
    firstFailure: null,
    rps: 100,
    p50Ms: 2,
    p99Ms: 4,
    firstByteP50Ms: 1,
    ...given,
  }
}

describe('the summary of the gateway bench', () => {
  it('takes the ratio of each round, and of those the median', () => {
    const samples = new Samples([
      sample({ round: 0, rps: 100 }),
      sample({ round: 0, rps: 90, target: 'nearside finish' }),
      sample({ round: 1, rps: 10 }),
      sample({ round: 1, rps: 9, target: 'nearside finish' }),
      sample({ round: 2, rps: 1000 }),
      sample({ round: 2, rps: 100, target: 'nearside finish' }),
    ])
    expect(loadFigures(samples).rps_c1).toBe(0.9)
  })

  it('compares streams that stop with the client to the proxy that meters them', () => {
    const samples = new Samples([
      sample({ mode: 'stream', target: 'thirty-line proxy', rps: 50 }),
      sample({ mode: 'stream', target: 'nearside abort', rps: 60 }),
    ])
    expect(loadFigures(samples).stream_abort_rps_c1).toBe(1.2)
  })

  it('says what the first byte waits for in the slower of the two ways', () => {
    const spaced = (target: Sample['target'], firstByteP50Ms: number): Sample =>
      sample({ mode: 'spaced', target, firstByteP50Ms })
    const samples = new Samples([
      spaced('ten-line proxy', 1),
      spaced('nearside finish', 1.25),
      spaced('nearside abort', 1.75),
    ])
    expect(loadFigures(samples).ttfb_added_ms).toBe(0.75)
  })

  it('has null for what was not measured, such as a peer that could not be installed', () => {
    expect(loadFigures(new Samples([sample({})])).portkey_stream_c1).toBeNull()
  })

  it('adds up answers and failures, and prints each target under its mode', () => {
    const samples = new Samples([sample({ round: 0 }), sample({ round: 1, failed: 3 })])
    const rows = loadRows(samples, ['ten-line proxy', 'portkey'])
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ answered: 200, failed: 3, overTenLines: { rps: { median: 1 } } })
    expect(table(rows)).toMatch(/whole answers, 1 at once[\s\S]*ten-line proxy +100 +100-100 +1\.00/)
  })
})
