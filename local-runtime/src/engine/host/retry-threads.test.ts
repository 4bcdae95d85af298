import { expect, it } from 'vitest'
import { retryThreads } from './calibrate.ts'

const speeds = { 1: 3.4, 2: 2.1, 4: 1 } as Readonly<Record<number, number>>

function retrial(current: number, cancelledAfter = Number.POSITIVE_INFINITY) {
  const tried: number[] = []
  const found = retryThreads({
    most: 4,
    current,
    atLoad: 2,
    speedWith: async (threads) => {
      tried.push(threads)
      return speeds[threads]!
    },
    watch: {
      isCancelled: async () => tried.length >= cancelledAfter,
      wasCancelled: () => tried.length >= cancelledAfter,
      onPromptPart: () => {},
    },
  })
  return { tried, found }
}

it('finds others where they win now, and says what it saw', async () => {
  expect(await retrial(2).found).toEqual({
    outcome: 'changed',
    threads: 1,
    isAsAtLoad: false,
    why: 'tried anew (tokens a second with 1: 3.4, 2: 2.1)',
  })
})

it('keeps those in use where nothing is better', async () => {
  expect(await retrial(1).found).toMatchObject({ outcome: 'kept', threads: 1, isAsAtLoad: false })
})

it('is given up, with nothing changed, as soon as somebody asks for an answer', async () => {
  for (const steps of [0, 1, 2]) {
    const { tried, found } = retrial(2, steps)
    expect(await found).toMatchObject({ outcome: 'interrupted', threads: 2, isAsAtLoad: true })
    expect(tried).toHaveLength(steps)
  }
})
