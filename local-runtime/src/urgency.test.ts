import { expect, it } from 'vitest'
import { readUrgency } from './urgency.ts'

const read = (headers: Record<string, string>, body = {}) => readUrgency(new Headers(headers), body)

it('takes a request for one that somebody waits for, without haste', () => {
  expect(read({})).toEqual({ priority: 'interactive', latencyMs: null, waitMs: null })
  expect(read({}, { service_tier: 'auto' })).toEqual({
    priority: 'interactive',
    latencyMs: null,
    waitMs: null,
  })
})

it('knows batch work by the header or by the tier that OpenAI calls flex, the header first', () => {
  expect(read({ 'x-nearside-priority': 'batch' }).priority).toBe('batch')
  expect(read({}, { service_tier: 'flex' }).priority).toBe('batch')
  expect(read({ 'x-nearside-priority': 'interactive' }, { service_tier: 'flex' }).priority).toBe(
    'interactive',
  )
})

it('refuses by name a priority or a latency that cannot be meant', () => {
  expect(() => read({ 'x-nearside-priority': 'urgent' })).toThrow('x-nearside-priority must be')
  for (const latency of ['', '0', '-1', '1.5', '1e3', 'soon', '99999999']) {
    expect(() => read({ 'x-nearside-latency-ms': latency })).toThrow('x-nearside-latency-ms must be')
  }
  expect(read({ 'x-nearside-latency-ms': '1500' }).latencyMs).toBe(1_500)
})

it('reads how long a request may stand in line, none at all included, and refuses other words', () => {
  expect(read({ 'x-nearside-wait-ms': '0' }).waitMs).toBe(0)
  expect(read({ 'x-nearside-wait-ms': '1500' }).waitMs).toBe(1_500)
  for (const wrong of ['', '-1', '1.5', 'soon', '3600001']) {
    expect(() => read({ 'x-nearside-wait-ms': wrong })).toThrow('x-nearside-wait-ms')
  }
})
