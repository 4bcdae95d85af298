import { expect, it } from 'vitest'
import { mostPassed, twoLines } from './two-lines.ts'

it('takes those who have somebody waiting before batch work', () => {
  const lines = twoLines<string>()
  lines.add('batch', 'a', 'b1')
  lines.add('interactive', 'a', 'i1')
  expect([lines.take(), lines.take(), lines.take()]).toEqual(['i1', 'b1', null])
})

it('lets no more than four pass a batch request that waits, however many there are', () => {
  const lines = twoLines<string>()
  lines.add('batch', 'night', 'b1')
  lines.add('batch', 'night', 'b2')
  for (let index = 0; index < 12; index++) lines.add('interactive', `caller ${index % 3}`, 'i')
  const order = Array.from({ length: 14 }, () => lines.take())
  expect(order.indexOf('b1')).toBe(mostPassed)
  expect(order.indexOf('b2')).toBe(2 * mostPassed + 1)
  expect(lines.length).toBe(0)
})

it('holds nothing that passed against those who come when no batch work waits', () => {
  const lines = twoLines<string>()
  for (let index = 0; index < 6; index++) lines.add('interactive', 'a', `i${index}`)
  for (let index = 0; index < 5; index++) lines.take()
  lines.add('batch', 'b', 'b1')
  expect(lines.take()).toBe('i5')
})

it('counts ahead of a batch request all, and ahead of another the batch requests that come due', () => {
  const lines = twoLines<string>()
  for (let index = 0; index < 7; index++) lines.add('interactive', 'a', 'i')
  for (let index = 0; index < 3; index++) lines.add('batch', 'b', 'b')
  expect([lines.ahead('batch'), lines.ahead('interactive')]).toEqual([10, 9])
})
