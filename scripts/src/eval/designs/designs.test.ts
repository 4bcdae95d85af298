/** The whole table, small: environments, doubles, loop and gateway together. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { executorProfile, supervisorProfile } from '../../simulate/doubles/profile.ts'
import { environments } from '../../simulate/environments/all.ts'
import { runTask } from '../../simulate/run-task.ts'
import { designs } from './designs.ts'
import { type Measured, measureDesign, mostTurns } from './measure-design.ts'
import { openModels, type RunSettings, supervisorPrice } from './open-models.ts'
import { measureAll, runDesigns } from './run-designs.ts'
import { successInterval } from './success-interval.ts'
import { together } from './together.ts'
import { winnersOf } from './winners.ts'

const settings: RunSettings = {
  seed: 5,
  price: supervisorPrice,
  profiles: { executor: executorProfile, supervisor: supervisorProfile },
  executor: { url: null, model: 'executor-double', key: 'none' },
  supervisor: { url: null, model: 'supervisor-double', key: 'none' },
}
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

describe('the table of designs', () => {
  it('is the same each time, and its costs are what the models logged, to the nano-dollar', async () => {
    const rows = await measureAll(2, settings)
    expect(rows).toHaveLength(designs.length * Object.keys(environments).length)
    for (const row of rows) {
      expect(row.chargedNano, `${row.environment}, ${row.design}`).toBe(row.loggedNano)
      expect(row.failed, `${row.environment}, ${row.design}`).toBe(0)
      expect(row.meanTurns).toBeLessThanOrEqual(mostTurns)
    }
    const of = (environment: string, design: string) =>
      rows.find((row) => row.environment === environment && row.design === design)!
    for (const environment of Object.keys(environments)) {
      expect(of(environment, 'cloud alone')).toMatchObject({ deviceMillijoules: 0, peakDeviceTokens: 0 })
      expect(of(environment, 'cloud alone').chargedNano).toBeGreaterThan(0)
      expect(of(environment, 'device alone').chargedNano).toBe(0)
      expect(of(environment, 'device alone').deviceMillijoules).toBeGreaterThan(0)
    }
    for (const row of rows.filter(
      ({ design, environment }) => design.includes('k=') && environment === 'form',
    )) {
      expect(row.supervisorCalls, `${row.environment}, ${row.design}`).toBeGreaterThan(0)
      expect(row.deviceMillijoules, `${row.environment}, ${row.design}`).toBeGreaterThan(0)
    }
    for (const environment of Object.values(environments)) {
      for (const design of designs.filter(({ name }) => name.endsWith('k=4'))) {
        const again = await measureDesign(environment, environment.tasks(settings.seed, 2), design, settings)
        expect(again).toEqual(of(environment.name, design.name))
      }
    }
  }, 600_000)

  it('shows that a context reset bounds what the device holds, and advice does not', async () => {
    const tasks = environments.document.tasks(5, 6)
    const peak = async (name: string): Promise<number> => {
      const design = designs.find((each) => each.name === name)!
      return (await measureDesign(environments.document, tasks, design, settings)).peakDeviceTokens
    }
    const reset = await peak('plan-execute-verify-replan, k=2')
    expect(reset).toBeLessThan((await peak('device alone')) * 0.8)
    expect(reset).toBeLessThan((await peak('execute-verify-advise, k=2')) * 0.8)
  })

  it('runs unchanged on models at an address, and counts what they tell', async () => {
    const tasks = environments.search.tasks(5, 2)
    for (const design of designs.filter(({ name }) => !/k=[248]/.test(name))) {
      const models = await openModels(settings)
      open.push(models)
      const real: RunSettings = {
        ...settings,
        executor: { ...settings.executor, url: models.executor.url },
        supervisor: { ...settings.supervisor, url: models.supervisor.url },
      }
      const here = await measureDesign(environments.search, tasks, design, settings)
      expect(await measureDesign(environments.search, tasks, design, real), design.name).toEqual(here)
    }
  })
})

describe('single tasks of a design', () => {
  it('put together are what the design takes and does where they are measured at once', async () => {
    for (const environment of Object.values(environments)) {
      const tasks = environment.tasks(settings.seed, 3)
      for (const design of designs.filter(({ name }) => !/k=[148]/.test(name))) {
        const [first, ...others] = await Promise.all(
          tasks.map((task) => measureDesign(environment, [task], design, settings)),
        )
        const whole = await measureDesign(environment, tasks, design, settings)
        expect(together([first!, ...others]), `${environment.name}, ${design.name}`).toEqual(whole)
      }
    }
  }, 60_000)
})

describe('the command', () => {
  it('refuses a count, a seed and an address that are none', async () => {
    expect(await runDesigns(['--tasks', '0'])).toBe(false)
    expect(await runDesigns(['--tasks', 'many'])).toBe(false)
    expect(await runDesigns(['--seed', '1.5'])).toBe(false)
    await expect(runDesigns(['--executor', 'here'])).rejects.toThrow('here is no URL')
    await expect(runDesigns(['--nonsense'])).rejects.toThrow('--nonsense')
  })
})

describe('the loop', () => {
  it('ends after so many turns, whatever it is told, and says when the call itself failed', async () => {
    const [task] = environments.form.tasks(1, 1)
    const client = await answering(() => ({
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'view', arguments: 'no JSON' } },
        { id: 'b', type: 'function', function: { name: 'nonsense', arguments: '[]' } },
      ],
    }))
    expect(await runTask(environments.form, task!, { client, model: 'any', mostTurns: 5 })).toMatchObject({
      done: false,
      turns: 5,
      ended: 'turns',
    })
    const broken = new OpenAI({ baseURL: 'http://127.0.0.1:9/v1', apiKey: 'none', maxRetries: 0 })
    const failed = await runTask(environments.form, task!, { client: broken, model: 'any', mostTurns: 5 })
    expect(failed).toMatchObject({ done: false, turns: 1, ended: { failed: expect.stringMatching(/./) } })
  })
})

describe('the winner', () => {
  const row = (design: string, chargedNano: number, done: readonly boolean[]): Measured => ({
    environment: 'form',
    design,
    tasks: done.length,
    success: done.filter(Boolean).length / done.length,
    successInterval: [0, 1],
    chargedNano,
    loggedNano: chargedNano,
    deviceMillijoules: 0,
    peakDeviceTokens: 0,
    meanTurns: 1,
    supervisorCalls: 0,
    outOfTurns: 0,
    failed: 0,
    done,
  })
  const doneIn = (count: number): readonly boolean[] => Array.from({ length: 100 }, (_, i) => i < count)

  it('is the cheapest of those that cannot be told from the best', () => {
    const rows = [row('dear', 100, doneIn(97)), row('cheap', 10, doneIn(96)), row('poor', 0, doneIn(60))]
    expect(winnersOf(rows)).toEqual([
      { environment: 'form', most_successful: 'dear', as_good: ['dear', 'cheap'], cheapest_as_good: 'cheap' },
    ])
  })

  it('is nobody who is far behind, however little could be told of few tasks', () => {
    const few = (count: number) => doneIn(count).slice(0, 10)
    const rows = [row('dear', 100, few(10)), row('cheap', 10, few(9)), row('near', 50, few(10))]
    expect(winnersOf(rows)[0]).toMatchObject({ as_good: ['dear', 'near'], cheapest_as_good: 'near' })
  })

  it('comes with an interval that is right at the ends as well', () => {
    expect(successInterval(0, 0)).toEqual([0, 1])
    expect(successInterval(100, 100)[0]).toBeCloseTo(0.963, 3)
    expect(successInterval(100, 100)[1]).toBe(1)
    expect(successInterval(50, 100)[0]).toBeCloseTo(0.404, 3)
    expect(successInterval(0, 10)[0]).toBe(0)
  })
})

/** A client of a model that always answers with this message. */
async function answering(message: () => object): Promise<OpenAI> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ id: 'x', choices: [{ index: 0, message: message(), finish_reason: 'tool_calls' }] }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) })
  return new OpenAI({
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    apiKey: 'none',
    maxRetries: 0,
  })
}
