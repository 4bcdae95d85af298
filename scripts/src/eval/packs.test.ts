import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../workerd/temporary-folder.ts'
import { evaluatePacks, figuresOf } from './packs.ts'

const things = ['door', 'window', 'gate', 'box', 'bottle', 'book', 'shop', 'tin', 'drawer', 'letter']
const rows = (verb: string, intent: string) =>
  things.map((thing) => ({ text: `${verb} the ${thing}`, intent }))
const train = [...rows('open', 'opening'), ...rows('play me', 'playing'), ...rows('who invented', 'oos')]

it('counts as answered what is within scope, and an answer to what is out of scope as wrong', () => {
  const asked = (text: string, intent: string) => ({ text, intent })
  const good = [asked('open the door', 'opening'), asked('play me the tin', 'playing')]
  expect(figuresOf(train, good)).toMatchObject({
    n: 2,
    inScopeAccuracy: 1,
    coverageAt99: 1,
    ownThreshold: { coverage: 1, precision: 1, outOfScopeAnswered: null },
  })
  const trap = [...good, asked('open the box', 'oos')]
  expect(figuresOf(train, trap)).toMatchObject({
    inScopeAccuracy: 1,
    ownThreshold: { coverage: 1, outOfScopeAnswered: 1 },
  })
  expect(figuresOf(train, trap).ownThreshold.precision).toBeCloseTo(2 / 3)
  expect(figuresOf(train, [asked('open the box', 'playing')])).toMatchObject({
    inScopeAccuracy: 0,
    coverageAt99: 0,
  })
})

it('finds each data set that has two parts in a folder, and says so where there is none', () => {
  const folder = temporaryFolder('data')
  expect(() => evaluatePacks(folder, () => {})).toThrow(/holds no NAME_train.jsonl/)
  const lines = (given: readonly object[]) => given.map((row) => JSON.stringify(row)).join('\n')
  writeFileSync(join(folder, 'own_train.jsonl'), lines(train))
  writeFileSync(join(folder, 'own_test.jsonl'), lines(train.slice(0, 3)))
  const figures = evaluatePacks(folder, () => {})
  expect(Object.keys(figures)).toEqual(['own'])
  expect(figures.own?.n).toBe(3)
})
