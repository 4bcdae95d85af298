import { expect, it } from 'vitest'
import { defaultDeadlines } from '../options/resolve-options.ts'
import { openMetrics } from './metrics.ts'

it('tells a store that answers just inside its deadline from one that was given up', () => {
  const metrics = openMetrics()
  metrics.storeMs.observe({ verb: 'reserve' }, defaultDeadlines.storeMs - 1)
  metrics.storeMs.observe({ verb: 'reserve' }, defaultDeadlines.storeMs + 1)
  const text = metrics.registry.text()
  expect(text).toContain('nearside_store_ms_bucket{verb="reserve",le="500"} 0\n')
  expect(text).toContain(`nearside_store_ms_bucket{verb="reserve",le="${defaultDeadlines.storeMs}"} 1\n`)
  expect(text).toContain('nearside_store_ms_bucket{verb="reserve",le="5000"} 2\n')
})
