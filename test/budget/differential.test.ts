import { afterAll, beforeAll, expect, it } from 'vitest'
import { openMemoryStore } from './opened-store.ts'
import { schedule } from './schedule.ts'
import { type OpenedWorkerd, openWorkerd } from './workerd.ts'

const long = process.env.NEARSIDE_LONG === '1'
const seeds = Array.from({ length: long ? 30 : 5 }, (_, index) => index + 1)
const steps = long ? 1_000 : 300

let workerd: OpenedWorkerd
beforeAll(async () => {
  workerd = await openWorkerd()
}, 60_000)
afterAll(() => workerd.close())

it.each(seeds)(
  'answers alike from memory and from the Durable Object, whatever happens (seed %i)',
  async (seed) => {
    const memory = await openMemoryStore()
    for (const [index, { now, name, ask }] of schedule(seed, steps, false).entries()) {
      await memory.setClock(now)
      await workerd.setClock(now)
      expect(await ask(workerd.store), `step ${index}, ${name}`).toEqual(await ask(memory.store))
    }
  },
)

it('compares every answer there is', async () => {
  const seen = new Set<string>()
  for (const seed of seeds) {
    const { store, setClock } = await openMemoryStore()
    for (const { now, name, ask } of schedule(seed, steps, false)) {
      await setClock(now)
      seen.add(`${name} ${wordOf((await ask(store)) as Answer)}`)
    }
  }
  expect([...seen].filter((answer) => !answer.startsWith('read')).toSorted()).toEqual([
    'release charged',
    'release late',
    'release released',
    'release repeated',
    'release unknown',
    'renew closed',
    'renew lapsed',
    'renew renewed',
    'renew unknown',
    'reserve closed',
    'reserve conflict',
    'reserve exhausted',
    'reserve granted',
    'reserve in-flight',
    'reserve rate-limited: concurrent',
    'reserve rate-limited: requests',
    'reserve rate-limited: tokens',
    'reserve repeated',
    'reserve soft cap passed',
    'settle late',
    'settle repeated',
    'settle settled',
    'settle unreserved',
    'writeOff closed',
    'writeOff open',
    'writeOff repeated',
    'writeOff unknown',
    'writeOff written-off',
  ])
}, 300_000)

type Answer = {
  readonly outcome?: string
  readonly reason?: string
  readonly renewed?: boolean
  readonly repeated?: boolean
  readonly softPassed?: readonly unknown[]
  readonly denial?: { readonly limit: string }
}

function wordOf({ outcome, reason, renewed, repeated, softPassed, denial }: Answer): string {
  if (denial) return `${reason}: ${denial.limit}`
  if (outcome ?? reason) return (outcome ?? reason)!
  if (renewed) return 'renewed'
  if (repeated) return 'repeated'
  return softPassed?.length ? 'soft cap passed' : 'granted'
}
