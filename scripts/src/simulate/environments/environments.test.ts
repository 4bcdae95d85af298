import { describe, expect, it } from 'vitest'
import { mindFor } from '../minds/all.ts'
import { environments } from './all.ts'
import type { Environment, Task } from './environment.ts'
import { form } from './form.ts'

const all = Object.values(environments)

/** A reader without mistakes and with a perfect memory. */
function work(task: Task): { readonly done: boolean; readonly calls: number; readonly lastWords: string } {
  const world = task.open()
  const mind = mindFor(task.prompt)!
  let text = ''
  for (let calls = 0; calls < 100; calls++) {
    const { right } = mind.think(task.prompt, text)
    if (right.does === 'say') return { done: world.done(right.text), calls, lastWords: right.text }
    text += `\n${right.note ?? ''}\n${world.call(right.call.name, right.call.given)}`
  }
  return { done: false, calls: 100, lastWords: '' }
}

/** The form of a task, filled rightly but for what `wrong` says, and submitted. */
function filled(task: Task, wrong: Readonly<Record<string, string>>): boolean {
  const world = task.open()
  const answers = new Map(
    task.expected.split(/ (?=[a-z_]+=)/).map((pair) => pair.split('=') as [string, string]),
  )
  for (const [field, value] of answers) world.call('fill', { field, value: wrong[field] ?? value })
  world.call('submit', {})
  return world.done('Answer: submitted')
}

describe.each(all.map((environment) => [environment.name, environment] as const))(
  '%s',
  (_, environment: Environment) => {
    const tasks = environment.tasks(7, 40)

    it('is the same for the same seed, and another for another', () => {
      const plain = (seed: number) => environment.tasks(seed, 5).map(({ open: _, ...task }) => task)
      expect(plain(3)).toEqual(plain(3))
      expect(plain(3)).not.toEqual(plain(4))
      expect(environment.tasks(7, 3).map(({ prompt }) => prompt)).toEqual(
        tasks.slice(0, 3).map(({ prompt }) => prompt),
      )
    })

    it('opens the same world each time', () => {
      const [task] = tasks
      const walk = (): readonly string[] => {
        const world = task!.open()
        const mind = mindFor(task!.prompt)!
        const said: string[] = []
        for (let step = 0; step < 5; step++) {
          const { right } = mind.think(task!.prompt, said.join('\n'))
          if (right.does === 'call') said.push(world.call(right.call.name, right.call.given))
        }
        return said
      }
      expect(walk()).toEqual(walk())
    })

    it('can be done, in as many calls as it says', () => {
      for (const task of tasks) {
        expect(work(task), task.id).toMatchObject({ done: true })
        expect(work(task).calls, task.id).toBeLessThanOrEqual(task.fewestCalls)
      }
    })

    it('is not done by nothing, and not by a claim', () => {
      for (const task of tasks) {
        expect(task.open().done('')).toBe(false)
        expect(task.open().done('Answer: submitted')).toBe(false)
        expect(task.open().done('Answer: 0')).toBe(false)
      }
    })

    it('says what is wrong with a call, and never throws', () => {
      const world = tasks[0]!.open()
      for (const { name } of [...environment.tools, { name: 'nonsense' }]) {
        for (const given of [
          {},
          { field: 1, value: null },
          { query: '' },
          { section: 1e9 },
          { id: '__proto__' },
        ]) {
          expect(world.call(name, given)).toMatch(/\w/)
        }
      }
      expect(world.call('nonsense', {})).toMatch(/^There is no tool nonsense; there is /)
    })
  },
)

describe('form', () => {
  const tasks = form.tasks(7, 40)

  it('states its task in few enough letters to be shown to a supervisor whole', () => {
    for (const task of form.tasks(1, 1_000)) expect(task.prompt.length).toBeLessThanOrEqual(600)
  })

  it('is done by the right answers', () => {
    for (const task of tasks) expect(filled(task, {}), task.id).toBe(true)
  })

  it('accepts a wrong line of the record, and is then not done', () => {
    for (const task of tasks) {
      expect(filled(task, { phone: '111111' }), task.id).toBe(false)
      expect(filled(task, { applicant_name: 'Nobody' }), task.id).toBe(false)
    }
  })

  it('refuses a field that is not asked yet, a shape that is not right, and a code that was not shown', () => {
    const world = tasks[0]!.open()
    expect(world.call('fill', { field: 'confirmation', value: 'A-100/B-100' })).toMatch(
      /refused: it is not asked yet/,
    )
    expect(world.call('fill', { field: 'nonsense', value: '1' })).toMatch(
      /refused: this form has no such field/,
    )
    const first = /Asked next: (\w+)/.exec(world.call('view', {}))?.[1]
    expect(world.call('fill', { field: first, value: '?' })).toMatch(/refused: "\?" has not the right shape/)
    expect(world.call('submit', {})).toMatch(/^Not submitted/)
  })

  it('clears what hangs on an answer when it changes, and is no longer submitted', () => {
    for (const task of tasks) {
      const world = task.open()
      const answers = task.expected.split(/ (?=[a-z_]+=)/).map((pair) => pair.split('=') as [string, string])
      for (const [field, value] of answers) world.call('fill', { field, value })
      world.call('submit', {})
      expect(world.done('')).toBe(true)
      const [, postcode] = answers.find(([field]) => field === 'home_postcode')!
      const other = postcode === '1234' ? '4321' : '1234'
      expect(world.call('fill', { field: 'home_postcode', value: other })).toMatch(
        /Cleared: district, confirmation\./,
      )
      expect(world.done('')).toBe(false)
    }
  })
})

describe.each([environments.search, environments.document])('$name', (environment) => {
  it('takes the one right answer and none beside it', () => {
    for (const task of environment.tasks(7, 40)) {
      const done = (words: string): boolean => task.open().done(words)
      expect(done(`Answer: ${task.expected}`)).toBe(true)
      expect(done(`I looked it up.\nAnswer: ${task.expected}.`)).toBe(true)
      expect(done(task.expected)).toBe(false)
      expect(done(`Answer: ${task.expected}1`)).toBe(false)
      expect(done(`Answer: not ${task.expected}`)).toBe(false)
      expect(done(`Answer: ${task.expected}\nAnswer: another`)).toBe(false)
    }
  })
})
