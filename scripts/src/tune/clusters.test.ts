import { expect, it } from 'vitest'
import { clusterAt, clustersOf } from './clusters.ts'

const row = (id: number, task: string | null) => ({ id: `${id}`, task, gain: null, difficulty: null })

it('gives a kind its own cluster from so many requests on, and only a kind that a policy knows', () => {
  const rows = [row(1, 'math'), row(2, 'math'), row(3, 'chitchat'), row(4, 'gardening'), row(5, 'gardening')]
  const clusters = clustersOf([...rows, row(6, null)], 2)
  expect(clusters.map(({ task, rows: own }) => [task, own.map(({ id }) => id).join('')])).toEqual([
    ['math', '12'],
    [null, '6345'],
  ])
  expect(['math', 'chitchat', 'gardening', null].map((task) => clusterAt(clusters, { task }))).toEqual([
    0, 1, 1, 1,
  ])
})

it('parts hundreds of thousands of requests, whether or not their kinds are known', () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => row(i, i % 2 === 0 ? null : 'math'))
  expect(clustersOf(rows, 30).map(({ rows: own }) => own.length)).toEqual([200_000, 200_000])
})
