import { expect, it } from 'vitest'
import { nearside, oracle, random } from './choosers.ts'
import { openEventQueue } from './event-queue.ts'
import { simulate } from './simulate.ts'
import { SimulatedNode } from './simulated-node.ts'

const setting = { nodes: 8, isolates: 4, load: 0.7, seed: 1 }

it('gives the same run for the same seed, and another for another', () => {
  const once = simulate(setting, nearside)
  expect(simulate(setting, nearside)).toEqual(once)
  expect(simulate({ ...setting, seed: 2 }, nearside).waitsMs).not.toEqual(once.waitsMs)
})

it('shows all choosers the same requests', () => {
  const requests = [nearside, oracle, random].map((chooser) => simulate(setting, chooser).requests)
  expect(new Set(requests).size).toBe(1)
})

it('loses no request to nodes that die, drain or are squeezed, and waits less than chance does', () => {
  const policy = simulate(setting, nearside)
  const chance = simulate(setting, random)
  expect(policy.lost).toBe(0)
  expect(policy.waitsMs).toHaveLength(policy.requests)
  const slowest = (waits: readonly number[]) =>
    waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)]!
  expect(slowest(policy.waitsMs)).toBeLessThan(slowest(chance.waitsMs) / 2)
})

it('lets what is due happen in its order', () => {
  const events = openEventQueue()
  const happened: number[] = []
  for (const at of [5, 1, 4, 1, 3, 9, 2]) events.at(at, (now) => void happened.push(now))
  events.at(6, (now) => events.at(now + 1, (then) => void happened.push(then)))
  events.run()
  expect(happened).toEqual([1, 1, 2, 3, 4, 5, 7, 9])
})

it('has nodes that answer first come first served, turn away who is too many, and lose what they have when they die', () => {
  const events = openEventQueue()
  const node = new SimulatedNode({ slots: 1, tokensPerSecond: 10 }, events)
  const told: string[] = []
  const work = (name: string) => ({
    outputTokens: 10,
    promptTokens: 0,
    begun: (now: number) => void told.push(`${name} begun ${now}`),
    done: (now: number) => void told.push(`${name} done ${now}`),
    broken: (now: number) => void told.push(`${name} broken ${now}`),
  })
  expect(node.take(work('a'), 0, false)).toBe('taken')
  expect(node.take(work('knock'), 0, true)).toBe('no-slot')
  for (let i = 0; i < 8; i++) expect(node.take(work(`b${i}`), 0, false)).toBe('taken')
  expect(node.take(work('c'), 0, false)).toBe('queue-full')
  events.at(1_500, (now) => node.kill(now))
  events.run()
  expect(told.slice(0, 4)).toEqual(['a begun 0', 'b0 begun 1000', 'a done 1000', 'b0 broken 1500'])
  expect(told).toHaveLength(11)
  expect(node.take(work('d'), 2_000, false)).toBe('dead')
})
