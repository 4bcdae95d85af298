import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runLoad } from '../../scripts/src/bench/load/run-load.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { chatRequest } from './raw.ts'

const streamed = {
  model: 'gpt-4o',
  stream: true,
  messages: [{ role: 'user', content: 'Capital of France?' }],
}

let frontier: Frontier
beforeEach(async () => {
  frontier = await startFrontier()
})
afterEach(() => frontier.close())

function job(durationMs: number, concurrency = 4): Parameters<typeof runLoad>[0] {
  const request = chatRequest(frontier.url, streamed, { authorization: `Bearer ${frontier.key}` })
  return {
    port: Number(new URL(frontier.url).port),
    request,
    tail: 'data: [DONE]\n\n',
    concurrency,
    durationMs,
  }
}

describe('the load generator', () => {
  it('counts each whole answer once, those after its time included', async () => {
    const result = await runLoad(job(200))
    expect(result.failed).toBe(0)
    expect(result.answered).toBe(frontier.requests.length)
    expect(result.rps).toBeGreaterThan(0)
    expect(result.rps / 5).toBeLessThanOrEqual(result.answered)
    expect(result.firstByteP50Ms).toBeLessThanOrEqual(result.p50Ms)
  })

  it('keeps its connections, one for each client', async () => {
    let most = 0
    const looking = setInterval(() => {
      most = Math.max(most, frontier.connections())
    }, 5)
    await runLoad(job(200, 3))
    clearInterval(looking)
    expect(most).toBe(3)
    expect(frontier.requests.length).toBeGreaterThan(3)
  })

  it('counts a stream that was cut as a failure, and says what was wrong', async () => {
    frontier.always({ fault: 'cut' })
    const cut = await runLoad(job(60, 1))
    expect([cut.answered, cut.firstFailure]).toEqual([0, 'the connection was closed'])

    frontier.always({ fault: 'end-without-done' })
    const short = await runLoad(job(60, 1))
    expect(short.answered).toBe(0)
    expect(short.firstFailure).toMatch(/^it ended with/)

    frontier.always({ fault: 'status', status: 503 })
    const refused = await runLoad(job(60, 1))
    expect(refused.firstFailure).toMatch(/^status 503: .*overloaded/s)
  })
})
