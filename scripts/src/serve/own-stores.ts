/** What `nearside serve` keeps in its own memory while no Redis is named; it lasts as long as the process. */
import { randomBytes } from 'node:crypto'
import { memoryBudgetStore, memoryResponseStore } from '@nearside/workers'
import type { EnvironmentStore } from '@nearside/workers/env'

export function ownStores(): EnvironmentStore {
  return {
    store: memoryBudgetStore(),
    zone: 'gateway',
    // What goes with the process is sealed with a secret that does too.
    responses: { store: memoryResponseStore(), secret: randomBytes(32).toString('hex'), zone: 'gateway' },
  }
}
