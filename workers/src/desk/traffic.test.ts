import { defaultPolicy, type Plan, type Step } from '@nearside/core'
import { expect, it } from 'vitest'
import { openTraffic } from './traffic.ts'

const half = { ...defaultPolicy, frontierShareWhenLocalDown: 0.5 }
const local = { target: 'local', tier: 'local', model: 'small' } as const
const frontier = { target: 'frontier', tier: 'frontier', model: 'large' } as const
const plan = (steps: readonly [Step], fallbacks: readonly Step[]): Plan & { kind: 'serve' } => ({
  kind: 'serve',
  strategy: 'direct',
  steps,
  fallbacks,
  wished: 'local',
  reason: 'easy',
  confidence: 1,
  degraded: null,
  privacy: 'public',
})

it('counts nothing while everything may move', () => {
  const traffic = openTraffic(() => 0)
  traffic.placed(plan([frontier], [local]), defaultPolicy)
  expect(traffic.view(defaultPolicy)).toBeNull()
  expect(traffic.view(half)).toEqual({ requests: 0, moved: 0 })
})

it('counts a move when it is decided, and one that comes of a failure when it is served, each once', () => {
  const traffic = openTraffic(() => 0)
  const moving = plan([frontier], [local])
  traffic.placed(moving, half)
  traffic.served(moving, frontier, half)
  expect(traffic.view(half)).toEqual({ requests: 1, moved: 1 })
  const failing = plan([local], [frontier])
  traffic.placed(failing, half)
  expect(traffic.view(half)).toEqual({ requests: 2, moved: 1 })
  traffic.served(failing, frontier, half)
  expect(traffic.view(half)).toEqual({ requests: 2, moved: 2 })
})

it('counts no move where no local node could have answered', () => {
  const traffic = openTraffic(() => 0)
  traffic.placed(plan([frontier], []), half)
  expect(traffic.view(half)).toEqual({ requests: 1, moved: 0 })
})

it('goes by the minute before while a minute is young, and forgets what is older', () => {
  let now = 0
  const traffic = openTraffic(() => now)
  for (let i = 0; i < 10; i++) traffic.placed(plan([frontier], [local]), half)
  now = 60_000
  expect(traffic.view(half)).toEqual({ requests: 10, moved: 0 })
  now = 180_000
  expect(traffic.view(half)).toEqual({ requests: 0, moved: 0 })
})
