import { expect, it } from 'vitest'
import { judgeMemory } from './judge.ts'

const judge = (availableBytes: number, stalledPercent: number | null = null) =>
  judgeMemory({ availableBytes, limitBytes: 1_000, stalledPercent })

it('is short of memory where little of what is allowed is left', () => {
  expect([500, 80, 79, 50, 49, 20, 19, 0].map((left) => judge(left))).toEqual([
    'enough',
    'enough',
    'between',
    'between',
    'short',
    'short',
    'very-short',
    'very-short',
  ])
})

it('takes stalls for a shortage only where there is not much room', () => {
  expect(judge(100, 30)).toBe('short')
  expect(judge(100, 7)).toBe('between')
  expect(judge(100, 5)).toBe('enough')
  expect(judge(500, 90)).toBe('enough')
})

it('is very short where nothing is allowed at all', () => {
  expect(judgeMemory({ availableBytes: 0, limitBytes: 0, stalledPercent: null })).toBe('very-short')
})
