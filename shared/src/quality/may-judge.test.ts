import { expect, it } from 'vitest'
import type { PrivacyLevel, Zone } from '../privacy/zone.ts'
import { mayJudge } from './may-judge.ts'

it.each<readonly [PrivacyLevel, Zone, boolean]>([
  ['public', 'provider:api.example', true],
  ['sensitive', 'provider:api.example', false],
  ['sensitive', 'premises', true],
  ['contractual', 'provider:api.example', true],
  ['contractual', 'provider:other.example', false],
  ['never-leave', 'provider:api.example', false],
  ['never-leave', 'premises', true],
])('TRUST 25: a judge may be shown what is %s in %s: %s', (level, zone, may) => {
  expect(mayJudge({ level, providers: ['api.example'] }, zone)).toBe(may)
})
