import { expect, it } from 'vitest'
import { banner } from './banner.ts'
import type { Started } from './start.ts'

const started = (more: Partial<Started>): Started => ({
  gatewayUrl: 'http://127.0.0.1:8787',
  runtimeUrl: 'http://127.0.0.1:8788',
  model: 'nearside-demo',
  demonstration: true,
  skills: ['arithmetic'],
  variables: new Set(['NEARSIDE_FRONTIER_URL', 'NEARSIDE_FRONTIER_KEY']),
  frontierTrouble: null,
  toLookAt: [],
  close: async () => {},
  ...more,
})

it('says on the first screen which address is probably half of one', () => {
  const sentence = 'NEARSIDE_FRONTIER_URL has no path'
  const [above = '', below = ''] = banner(started({ toLookAt: [sentence] })).split('Try:')
  expect(above).toContain(`\n  look  ${sentence}\n`)
  expect(below).not.toContain(sentence)
})

it('has nothing to look at where addresses are whole', () => {
  expect(banner(started({}))).not.toMatch(/^ {2}look/m)
})
