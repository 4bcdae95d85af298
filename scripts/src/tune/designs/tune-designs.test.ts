import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { designs } from '../../eval/designs/designs.ts'
import type { Measured } from '../../eval/designs/measure-design.ts'
import { temporaryFolder } from '../../workerd/temporary-folder.ts'
import { progressLine } from '../progress-line.ts'
import { writeTogether } from '../write-together.ts'
import { designsPage } from './designs-page.ts'
import { type DesignRun, exploreDesigns, fewestTasks } from './explore-designs.ts'
import { rankDesigns } from './rank-designs.ts'
import { asksForDesigns, readDesignWords } from './read-design-words.ts'
import { tuneDesigns } from './tune-designs.ts'

const run = (given: Partial<Measured> & { readonly done: readonly boolean[] }): Measured => ({
  environment: 'form',
  design: 'made',
  tasks: 1,
  success: Number(given.done[0]),
  successInterval: [0, 1],
  chargedNano: 0,
  loggedNano: 0,
  deviceMillijoules: 0,
  peakDeviceTokens: 0,
  meanTurns: 1,
  supervisorCalls: 0,
  outOfTurns: 0,
  failed: 0,
  ...given,
})

describe('designs between two rounds', () => {
  const standing = (place: number, successes: number, takes: Partial<Measured>) => ({
    place,
    found: Array.from({ length: 20 }, (_, i) => run({ ...takes, done: [i < successes] })),
  })

  it('are in four orders, and those that are as good as the best stand before what costs nothing and does less', () => {
    const left = [
      standing(0, 20, { chargedNano: 90, deviceMillijoules: 0, peakDeviceTokens: 10 }),
      standing(1, 17, { chargedNano: 0, deviceMillijoules: 5, peakDeviceTokens: 1 }),
      standing(2, 19, { chargedNano: 30, deviceMillijoules: 9, peakDeviceTokens: 3 }),
    ]
    expect(rankDesigns(left)).toEqual([
      [0, 2, 1],
      [2, 0, 1],
      [0, 2, 1],
      [2, 0, 1],
    ])
  })

  it('are out where they are told to be behind, whatever they save', () => {
    const orders = rankDesigns([standing(4, 20, { chargedNano: 90 }), standing(7, 8, { chargedNano: 0 })])
    expect(orders).toEqual([[4], [4], [4], [4]])
  })

  it('are the cheaper one first where both did the same', () => {
    const orders = rankDesigns([standing(1, 20, { chargedNano: 9 }), standing(2, 20, { chargedNano: 3 })])
    expect(orders[0]).toEqual([2, 1])
  })
})

/** Plans do every task, advice half of them; a look costs. */
const made: DesignRun = ({ name, policy }, task) => {
  const plans = policy.strategy === 'plan-execute-verify-replan' || name === 'cloud alone'
  const chargedNano = name === 'cloud alone' ? 500 : 1_000 / (policy.supervision?.everyTurns ?? 1_000)
  return run({ design: name, done: [plans || task % 2 === 0], chargedNano })
}

describe('exploring designs', () => {
  it('picks the cheapest of those that do every task, at no more than the share of runs', async () => {
    for (const [runsShare, seed] of [
      [1 / 3, 1],
      [1 / 3, 2],
      [0.2, 3],
      [1, 4],
    ] as const) {
      const found = (await exploreDesigns(made, { tasks: 60, runsShare, seed }))!
      expect(found.pick.name).toBe('plan-execute-verify-replan, k=8')
      expect(found.runs).toBeLessThanOrEqual(Math.floor(runsShare * 600 + 1e-9))
      const counted = found.designs.reduce((sum, { measured }) => sum + measured.tasks, 0)
      expect(counted).toBe(found.runs)
      const picked = found.designs.find(({ design }) => design === found.pick)!
      expect(picked.measured.tasks).toBe(Math.max(...found.designs.map(({ measured }) => measured.tasks)))
      expect(picked.droppedAfter).toBeNull()
    }
  })

  it('takes the same way through the designs each time, however many runs are under way', async () => {
    const one = await exploreDesigns(made, { tasks: 30, seed: 5 })
    const four = await exploreDesigns(async (design, task) => made(design, task), {
      tasks: 30,
      seed: 5,
      atOnce: 4,
    })
    expect(four).toEqual(one)
  })

  it('is nothing where a run ends it', async () => {
    let runs = 0
    expect(
      await exploreDesigns((design, task) => (++runs > 30 ? null : made(design, task)), {
        tasks: 60,
        seed: 1,
      }),
    ).toBeNull()
    expect(runs).toBe(31)
  })

  it('tries each design with the fewest tasks that it takes', async () => {
    for (const runsShare of [1 / 3, 0.33, 0.1, 1]) {
      const tasks = fewestTasks(runsShare)
      const found = (await exploreDesigns(made, { tasks, runsShare, seed: 1 }))!
      expect(found.designs).toHaveLength(designs.length)
    }
  })
})

describe('the page on designs', () => {
  const pageFor = async (words: readonly string[]): Promise<string> =>
    designsPage(
      await tuneDesigns(readDesignWords(['--environment', 'form', '--tasks', '40', ...words], {}), {
        progress: progressLine(() => {}, false),
        runsOf: () => made,
      }),
    )
  const executor = ['--executor', 'http://10.0.0.5/v1']
  const supervisor = ['--supervisor', 'https://api.example/v1?<b>']

  it('says that it is a simulation where a model is a double, with the profile of each that is', async () => {
    const page = await pageFor([])
    expect(page).toContain('<strong>A simulation.</strong>')
    expect(page).toMatch(/<th class="number">Executor<\/th><th class="number">Supervisor<\/th>/)
    const half = await pageFor(executor)
    expect(half).toContain('<strong>A simulation.</strong> The supervisor was a program')
    expect(half).toContain('The executor is the model at http://10.0.0.5/v1.')
    expect(half).not.toContain('<th class="number">Executor</th>')
    expect(half).toContain('<th class="number">Supervisor</th>')
  })

  it('says nothing of the kind where both are real, and takes an address for a text', async () => {
    const page = await pageFor([...executor, ...supervisor])
    expect(page).not.toMatch(/simulation|error profiles/i)
    expect(page).toContain('&#60;b&#62;')
    expect(page).not.toContain('<b>')
  })
})

describe('the words of nearside tune --environment', () => {
  it('are read, with what is left out', () => {
    expect(asksForDesigns(['--tasks', 'environment.jsonl'])).toBe(false)
    expect(asksForDesigns(['--environment=form'])).toBe(true)
    const { environments, tasks, runsShare, settings, out } = readDesignWords(['--environment', 'all'], {})
    expect(environments.map(({ name }) => name)).toEqual(['form', 'search', 'document'])
    expect([tasks, runsShare, out, settings.seed]).toEqual([100, 1 / 3, 'tuned', 1])
    const real = ['--environment', 'search', '--executor', 'http://10.0.0.5/v1', '--executor-model', 'small']
    const given = readDesignWords(real, { EXECUTOR_KEY: 'key' })
    expect(given.settings.executor).toEqual({ url: 'http://10.0.0.5/v1', model: 'small', key: 'key' })
    expect(given.settings.supervisor.url).toBeNull()
  })

  it.each<readonly [words: readonly string[], says: RegExp]>([
    [['--environment', 'moon'], /--environment is one of form, search, document or all, but was moon/],
    [['--environment', 'form', '--tasks', '11'], /--tasks is 12 or more where --runs-share is 0.33/],
    [['--environment', 'form', '--tasks', 'many'], /--tasks is a number from 1/],
    [['--environment', 'form', '--tasks', '12.5'], /--tasks is a whole number/],
    [['--environment', 'form', '--runs-share', '0'], /--runs-share is a number from 0.01 to 1/],
    [['--environment', 'form', '--seed', '-1'], /--seed/],
    [['--environment', 'form', '--supervisor', 'there'], /there is no URL/],
    [['--environment', 'form', '--max-spend', '5'], /--max-spend/],
  ])('%j are refused with what is wrong', (words, says) => {
    expect(() => readDesignWords(words, {})).toThrow(says)
  })
})

describe('files that are written together', () => {
  const folder = temporaryFolder('write-together')

  it('are all there or none, and leave what else is in the folder', () => {
    const out = join(folder, 'new/out')
    writeTogether(out, { a: '1', b: '2' })
    writeFileSync(join(out, 'mine'), 'kept')
    writeTogether(out, { a: '3', b: '4' })
    expect(readdirSync(out).toSorted()).toEqual(['a', 'b', 'mine'])
    expect(readFileSync(join(out, 'a'), 'utf8')).toBe('3')
    expect(readdirSync(join(folder, 'new'))).toEqual(['out'])
  })

  it('are not there where one of them cannot be written', () => {
    const out = join(folder, 'torn')
    mkdirSync(out)
    expect(() => writeTogether(out, { a: '1', 'no/such/folder': '2' })).toThrow()
    expect([readdirSync(out), readdirSync(folder).filter((name) => name.startsWith('.'))]).toEqual([[], []])
  })
})
