import { NearsideError, type NearsideErrorCode } from '@nearside/core'
import { expect, it } from 'vitest'
import type { AnswerEnd } from '../answer/answer-end.ts'
import { openAlarm } from '../call/alarm.ts'
import type { Heard } from '../fleet/fleet.ts'
import { startDeadline } from './deadline.ts'
import { noteEnd } from './note-end.ts'
import type { Served } from './served.ts'

/** What is heard of an upstream whose stream ended so, while it was waited for or while the client was. */
function heardAfter(
  outcome: AnswerEnd['outcome'],
  code: NearsideErrorCode | null,
  waitedFor: 'upstream' | 'client' = 'upstream',
): readonly Heard['type'][] {
  const heard: Heard['type'][] = []
  const deadline = startDeadline(
    { firstTokenMs: null, endsAt: Date.now() + 1_000 },
    openAlarm(Date.now),
    Date.now,
  )
  deadline.clear()
  deadline.heard()
  if (waitedFor === 'upstream') deadline.awaits()
  const begun: Served['begun'] = { kind: 'native', body: new ReadableStream(), deadline }
  const error = code === null ? null : new NearsideError(code, 'ended')
  const target = { name: 'frontier' } as Served['target']
  noteEnd(
    { target, begun, askedAt: 0 },
    { outcome, error, usage: null },
    { heard: (_, { type }) => void heard.push(type) },
  )
  return heard
}

it('a cut and a silence in the middle of an answer count against the upstream', () => {
  expect(heardAfter('cut', 'tier-failed')).toEqual(['call-failed'])
  expect(heardAfter('cut', 'timed-out')).toEqual(['call-failed'])
  expect(heardAfter('cut', null)).toEqual(['call-failed'])
})

it('a client that reads too slowly or leaves cannot put an upstream to rest for others', () => {
  expect(heardAfter('cut', 'timed-out', 'client')).toEqual(['call-undecided'])
  expect(heardAfter('client-gone', 'client-gone')).toEqual(['call-undecided'])
})

it('a fault of our own says nothing of the upstream', () => {
  expect(heardAfter('cut', 'internal')).toEqual(['call-undecided'])
})

it('a complete answer counts for the upstream', () => {
  expect(heardAfter('answered', null)).toEqual(['answer-complete'])
})
