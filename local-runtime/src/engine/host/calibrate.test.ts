import { expect, it } from 'vitest'
import { fastestThreads } from './calibrate.ts'

const speeds = (table: Readonly<Record<number, number>>) => (threads: number) =>
  Promise.resolve(table[threads]!)

it('takes more threads as long as they win clearly', async () => {
  expect(await fastestThreads(8, speeds({ 1: 10, 2: 19, 4: 30, 8: 31 }))).toMatchObject({ threads: 4 })
  expect(await fastestThreads(4, speeds({ 1: 10, 2: 20, 4: 40 }))).toMatchObject({ threads: 4 })
})

it('stays with one where a second has to wait for a core, and says what it saw', async () => {
  expect(await fastestThreads(2, speeds({ 1: 3.5, 2: 0.5 }))).toEqual({
    threads: 1,
    why: 'tried at the load (tokens a second with 1: 3.5, 2: 0.5)',
  })
})

it('tries no more than it may', async () => {
  expect(await fastestThreads(1, speeds({ 1: 3 }))).toMatchObject({ threads: 1 })
})
