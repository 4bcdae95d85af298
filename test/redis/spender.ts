/**
 * A process that spends: told by one line of JSON what to hold, it reserves all of it at once, settles what it was
 * granted if it is to, says how many were granted, and stays until it is killed.
 */
import { createInterface } from 'node:readline'
import type { Hold } from '../../shared/src/budget/hold.ts'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'

export type Spending = {
  readonly url: string
  readonly token: string
  readonly holds: readonly Hold[]
  readonly settles: boolean
  /** The time at which all of it happens, however long it takes. @default Redis' own clock */
  readonly at?: number
}

const lines = createInterface({ input: process.stdin })
process.stdout.write('ready\n')
lines.once('line', async (line) => {
  const { url, token, holds, settles, at } = JSON.parse(line) as Spending
  const clock = at === undefined ? null : () => at
  const store = redisBudgetStore({ url, token, timeoutMs: 60_000, now: clock })
  const answers = await Promise.all(
    holds.map(async (hold) => {
      const { granted } = await store.reserve(hold)
      if (granted && settles) await store.settle(hold, hold.amount)
      return granted
    }),
  )
  process.stdout.write(`${answers.filter(Boolean).length}\n`)
})
