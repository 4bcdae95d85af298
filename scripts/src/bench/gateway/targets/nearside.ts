/**
 * Nearside on its way to a frontier: a key to check, a price to meter by, no store. `/__records` tells what the
 * records add up to, so that the bench can hold the metering to what the upstream counted.
 */
import { nearside, type RequestRecord } from '@nearside/workers'
import { Hono } from 'hono'

type Bindings = {
  readonly UPSTREAM: string
  /** The key towards the upstream, which tells there who asked. */
  readonly UPSTREAM_KEY: string
  /** SHA-256 of the key that callers bring. */
  readonly CALLER: string
  readonly ON_HANG_UP: 'abort' | 'finish'
  /** '1' sends every answer through JavaScript event by event. */
  readonly EVENT_PATH: string
}

const seen = { records: 0, answered: 0, promptTokens: 0, outputTokens: 0, nanoUsd: 0 }

function note(record: RequestRecord): void {
  seen.records += 1
  if (record.outcome === 'answered') seen.answered += 1
  seen.promptTokens += record.usage?.promptTokens ?? 0
  seen.outputTokens += record.usage?.outputTokens ?? 0
  seen.nanoUsd += record.charge?.amount ?? 0
}

const app: Hono<{ Bindings: Bindings }> = new Hono()

app.get('/__records', (c) => c.json(seen))
app.use(
  '/v1/*',
  nearside<{ Bindings: Bindings }>((c) => ({
    keys: { [c.env.CALLER]: { tenant: 'bench' } },
    frontier: { url: `${c.env.UPSTREAM}/v1`, key: c.env.UPSTREAM_KEY, models: ['gpt-4o-mini'] },
    onHangUp: c.env.ON_HANG_UP,
    onRecord: note,
    ...(c.env.EVENT_PATH === '1' && { rewrite: (events) => events }),
  })),
)

export default app
