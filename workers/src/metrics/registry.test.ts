import { expect, it } from 'vitest'
import { openRegistry } from './registry.ts'

it('writes counters with their labels', () => {
  const registry = openRegistry()
  const requests = registry.counter('requests_total', 'Requests.')
  requests.add({ tier: 'edge' })
  requests.add({ tier: 'edge' }, 2)
  requests.add({ tier: 'a"b\\c\nd' })
  expect(registry.text()).toBe(
    '# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{tier="edge"} 3\nrequests_total{tier="a\\"b\\\\c\\nd"} 1\n',
  )
})

it('writes histograms with cumulative buckets', () => {
  const registry = openRegistry()
  const latency = registry.histogram('latency_ms', 'Latency.', [10, 100])
  for (const value of [5, 50, 500]) latency.observe({ tier: 'local' }, value)
  expect(registry.text()).toContain('latency_ms_bucket{tier="local",le="10"} 1\n')
  expect(registry.text()).toContain('latency_ms_bucket{tier="local",le="100"} 2\n')
  expect(registry.text()).toContain('latency_ms_bucket{tier="local",le="+Inf"} 3\n')
  expect(registry.text()).toContain('latency_ms_sum{tier="local"} 555\nlatency_ms_count{tier="local"} 3\n')
})

it('counts under one label what comes after its bound of series', () => {
  const registry = openRegistry()
  const counter = registry.counter('c_total', 'C.')
  for (let i = 0; i < 2_000; i++) counter.add({ name: `n${i}` })
  const lines = registry.text().split('\n')
  expect(lines.length).toBeLessThan(510)
  expect(lines).toContain('c_total{name="other"} 1500')
})

it('refuses two metrics of one name', () => {
  const registry = openRegistry()
  registry.counter('c_total', 'C.')
  expect(() => registry.counter('c_total', 'C.')).toThrow('registered twice')
})
