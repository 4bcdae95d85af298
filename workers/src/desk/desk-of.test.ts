import { NearsideError } from '@nearside/core'
import { expect, it } from 'vitest'
import type { NearsideOptions } from '../options/options.ts'
import { analyticsEngine } from '../telemetry/analytics.ts'
import { deskOf } from './desk-of.ts'

it.each<readonly [string, () => NearsideOptions]>([
  ['the options', () => ({ open: 'loopback', bodyLimitBytes: 0 })],
  ['what the options are made of', () => ({ telemetry: [analyticsEngine({} as never)] })],
])('What is wrong with %s is told in the words of whoever set them', (_, given) => {
  const told = () => new NearsideError('bad-options', 'ours')
  expect(() => deskOf(given, told)({} as never)).toThrow('ours')
})
