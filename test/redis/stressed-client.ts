/**
 * A process of clients that spend over a connection which loses answers: told by one line of JSON what to do, it says each
 * step before it takes it, so that whoever kills it knows what it may have done.
 *
 * Steps, each with a hold's number: `reserve`, then `granted` or `denied`; `settle` with the charge, then `settled`; `release`, then
 * `released`. At the end `done`. A pipe is written to at once, so a step that was begun has been said.
 */
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cap } from '../../shared/src/budget/cap.ts'
import type { Hold } from '../../shared/src/budget/hold.ts'
import { isNearsideError } from '../../shared/src/fault/nearside-error.ts'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { random } from '../budget/random.ts'

export type Stress = {
  readonly url: string
  readonly token: string
  readonly name: string
  readonly tenant: string
  readonly caps: readonly Cap[]
  readonly clients: number
  readonly requests: number
  readonly mostAmount: number
  readonly leaseMs: number
  readonly seed: number
}

/** The hold that a process calls by this number. */
export function stressedHold(stress: Stress, number: number, amount: number): Hold {
  const { name, tenant, caps, leaseMs } = stress
  return { id: `${name}-${number}.0.0`, tenant, caps, amount, leaseMs }
}

export type Step = 'reserve' | 'granted' | 'denied' | 'settle' | 'settled' | 'release' | 'released' | 'done'

function say(step: Step, number: number, amount = 0): void {
  process.stdout.write(`${step} ${number} ${amount}\n`)
}

async function spend(stress: Stress): Promise<void> {
  const store = redisBudgetStore({ url: stress.url, token: stress.token, timeoutMs: 10_000 })
  let numbers = 0
  const client = async (seed: number): Promise<void> => {
    const dice = random(seed)
    for (let request = 0; request < stress.requests; request += 1) {
      const number = numbers++
      const hold = stressedHold(stress, number, 1 + dice.below(stress.mostAmount))
      say('reserve', number, hold.amount)
      const { granted } = await heard(() => store.reserve(hold))
      say(granted ? 'granted' : 'denied', number)
      if (!granted) continue
      // What a model takes to answer.
      await pause(dice.below(15))
      if (dice.chance(0.1)) {
        say('release', number)
        await heard(() => store.release(hold))
        say('released', number)
        continue
      }
      const actual = dice.below(hold.amount + 1)
      say('settle', number, actual)
      await Promise.all([heard(() => store.settle(hold, actual)), heard(() => store.settle(hold, actual))])
      say('settled', number, actual)
      if (dice.chance(0.2)) {
        const again = await heard(() => store.settle(hold, actual + 1))
        if (again.outcome !== 'repeated' || again.charged !== actual) throw new Error(JSON.stringify(again))
      }
    }
  }
  await Promise.all(Array.from({ length: stress.clients }, (_, index) => client(stress.seed * 100 + index)))
}

/** A caller whose answer got lost asks the same again. */
async function heard<T>(verb: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await verb()
    } catch (error) {
      if (!isNearsideError(error) || error.code !== 'store-failed') throw error
    }
  }
}

const lines = createInterface({ input: process.stdin })
lines.once('line', async (line) => {
  await spend(JSON.parse(line) as Stress)
  say('done', 0)
})
process.stdout.write('ready\n')
