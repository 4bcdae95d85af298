import { expect, it } from 'vitest'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { openMemoryStore } from './opened-store.ts'
import { capSets, type Step, schedule, tenantOf } from './schedule.ts'

// Where an operator forgives what expired, a late charge may pass the cap: that is the choice.
const guarded = capSets.flat().filter(({ kind, countsExpired }) => kind === 'hard' && countsExpired)

/** A caller that settles what it was granted, and nothing that it has given back. */
async function faithfully(
  { name, hold, ask }: Step,
  store: BudgetStore,
  owed: Set<string>,
): Promise<boolean> {
  if (!hold) return false
  if (name === 'settle' && !owed.has(hold.id)) return false
  const answer = await ask(store)
  if (name === 'settle') await ask(store)
  if (name === 'settle' || name === 'release' || name === 'writeOff') owed.delete(hold.id)
  const granted = name === 'reserve' && (answer as { granted: boolean }).granted
  if (granted) owed.add(hold.id)
  return granted
}

it('TRUST 1: over 1,000 random schedules no hard cap is ever passed, and no counter turns negative', async () => {
  let grants = 0
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const { store, setClock } = await openMemoryStore()
    const owed = new Set<string>()
    for (const step of schedule(seed, 120, true)) {
      await setClock(step.now)
      if (await faithfully(step, store, owed)) grants += 1
      for (const balance of await store.read(tenantOf(seed), guarded)) {
        const { settled, reserved, expired, limit, overrun } = balance
        if (
          settled + reserved + expired > limit ||
          Math.min(settled, reserved, expired) < 0 ||
          overrun !== 0
        ) {
          expect.fail(`seed ${seed}: ${JSON.stringify(balance)} after ${step.name} at ${step.now}`)
        }
      }
    }
  }
  expect(grants).toBeGreaterThan(20_000)
}, 120_000)
