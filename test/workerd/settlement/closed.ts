/**
 * What must hold of the books once a request is over: each hold was closed exactly once, as the table says, nothing is
 * left set aside, and the records say what the store was told.
 */
import { expect } from 'vitest'
import { usualCost } from '../place/events.ts'
import type { Gateway } from '../place/places.ts'
import type { Observed, StoreCall } from '../place/settings.ts'

export type Closing =
  /** Given back: surely not billed. */
  | 'released'
  /** What the upstream said. */
  | 'usage'
  /** The bound of the prompt and the output that was seen. */
  | 'estimated'
  /** All of it: nothing was heard. */
  | 'held'
  /** `usage` or `estimated`: how far the gateway had read when it ended is the network's choice. */
  | 'seen'

export type Expected = {
  readonly closings: readonly Closing[]
  /** Events that the client surely saw, each a token at least. @default 0 */
  readonly visible?: number
  /** What `usage` amounts to. @default the usual answer's */
  readonly cost?: number
}

export async function expectClosed(gateway: Gateway, label: string, expected: Expected): Promise<Observed> {
  const observed = await whenClosed(gateway)
  expect(openOf(observed), `${label}: nothing is left open`).toEqual({ records: 1, open: 0 })
  const { calls, records, balance } = observed
  const [record] = records
  const holds = calls.filter((call) => call.verb === 'reserve')

  expect(new Set(holds.map((call) => call.hold)).size, `${label}: a hold is made once`).toBe(holds.length)
  expect(
    holds.map((hold) => closingOf(hold, calls, label)),
    `${label}: how each hold was closed`,
  ).toEqual(expected.closings.map((closing, i) => figuresOf(closing, holds[i], observed, expected)))

  const settled = calls.reduce((sum, call) => sum + (call.verb === 'settle' ? call.amount : 0), 0)
  expect(balance, `${label}: the balance`).toMatchObject({ settled, reserved: 0, expired: 0 })
  expect(record?.charge?.amount ?? 0, `${label}: the record`).toBe(settled)
  return observed
}

/** Settling lies behind the answer: what the gateway did, as soon as nothing is open, or as it is after long enough. */
export async function whenClosed(gateway: Gateway): Promise<Observed> {
  const until = Date.now() + 30_000
  for (;;) {
    const observed = await gateway.observed()
    const { records, open } = openOf(observed)
    if ((records > 0 && open === 0) || Date.now() > until) return observed
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function openOf({ calls, records }: Observed): { readonly records: number; readonly open: number } {
  const closed = calls.filter((call) => call.verb === 'settle' || call.verb === 'release').length
  const held = calls.filter((call) => call.verb === 'reserve' && call.outcome === 'granted').length
  return { records: records.length, open: held - closed }
}

type Figures = { readonly verb: string; readonly outcome: string; readonly amount: unknown }

function closingOf(hold: StoreCall, calls: readonly StoreCall[], label: string): Figures {
  const own = calls.filter(
    (call) => call.hold === hold.hold && call.verb !== 'reserve' && call.verb !== 'renew',
  )
  expect(own, `${label}: ${hold.hold} is closed once`).toHaveLength(1)
  const [{ verb, outcome, amount }] = own as [StoreCall]
  return { verb, outcome, amount }
}

function figuresOf(
  closing: Closing,
  hold: StoreCall | undefined,
  { records }: Observed,
  { cost = usualCost, visible = 0 }: Expected,
): Figures {
  const held = hold?.amount ?? 0
  const prompt = (records[0]?.signals?.promptTokens ?? 0) * 1_000
  const least = Math.min(held, prompt + visible * 4_000)
  const settled = (amount: unknown): Figures => ({ verb: 'settle', outcome: 'settled', amount })
  switch (closing) {
    case 'released':
      return { verb: 'release', outcome: 'released', amount: 0 }
    case 'usage':
      return settled(cost)
    case 'held':
      return settled(held)
    case 'estimated':
      return settled(between(least, held))
    case 'seen':
      return settled(between(Math.min(least, cost), held))
  }
}

function between(least: number, most: number): unknown {
  return expect.toSatisfy(
    (amount: number) => amount >= least && amount <= most,
    `between ${least} and ${most}`,
  )
}

/** Asked at the end: a second closing would have come by now, whatever it was that came late. */
export async function expectUntouched(gateways: readonly Gateway[]): Promise<void> {
  for (const gateway of gateways) {
    const { calls, balance } = await gateway.observed()
    const closed = calls.filter((call) => call.verb === 'settle' || call.verb === 'release')
    expect(new Set(closed.map((call) => call.hold)).size).toBe(closed.length)
    expect(balance).toMatchObject({ reserved: 0, expired: 0 })
  }
}
