import { expect, it } from 'vitest'
import { noon } from './builders.ts'
import { withinOneDay } from './within-one-day.ts'

const hour = 3_600_000

it.each([
  ['once, where no midnight fell into it', hour, [1]],
  ['once more, where one did', 13 * hour, [1, 2]],
])('does the work %s', async (_, takesMs, runs) => {
  let at = noon
  const done: number[] = []
  const last = await withinOneDay(
    async () => {
      at += takesMs
      return done.push(done.length + 1)
    },
    () => at,
  )
  expect([done, last]).toEqual([runs, runs.at(-1)])
})
