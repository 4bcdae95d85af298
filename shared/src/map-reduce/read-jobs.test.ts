import { describe, expect, it } from 'vitest'
import { errandsOf } from './job.ts'
import { beginsJobs, readJobs } from './read-jobs.ts'

const terms = { chunks: 10, mostJobs: 3 }
const read = (said: unknown): ReturnType<typeof readJobs> =>
  readJobs(typeof said === 'string' ? said : JSON.stringify(said), terms)

describe('the jobs of a supervisor', () => {
  it('are read, alone or in a fence', () => {
    const jobs = [{ question: 'Who signed?', from: 2, to: 4 }]
    expect(read({ jobs })).toEqual({ jobs, dropped: 0 })
    expect(read(`\`\`\`json\n${JSON.stringify({ jobs })}\n\`\`\``)).toEqual({ jobs, dropped: 0 })
    expect(read({ jobs: [{ question: ' Who? ', from: 'c2', to: 'c99' }] })).toEqual({
      jobs: [{ question: 'Who?', from: 2, to: 10 }],
      dropped: 0,
    })
    expect(read({ jobs: [{ question: 'Who?' }] })?.jobs).toEqual([{ question: 'Who?', from: 1, to: 10 }])
  })

  it.each([
    ['nonsense', 'Sure! Here is my plan.'],
    ['nothing', ''],
    ['a list', '[1,2]'],
    ['null', 'null'],
    ['no jobs', '{"jobs":[]}'],
    ['jobs of another shape', '{"jobs":"all"}'],
    ['half a plan', '{"jobs":[{"question":"Who?"'],
    ['two plans', '{"jobs":[{"question":"a"}]}{"jobs":[]}'],
    ['a deep nest', `${'['.repeat(60_000)}`],
    ['a megabyte', `{"jobs":[{"question":"${'x'.repeat(1_000_000)}"}]}`],
  ])('are none in %s', (_, said) => {
    expect(read(said)).toBeNull()
  })

  it('leave out each that means nothing, and those that are too many', () => {
    const good = { question: 'Who?', from: 1, to: 1 }
    for (const bad of [
      { question: '' },
      { question: 7 },
      { question: 'x', from: 11 },
      { question: 'x', from: 0 },
      { question: 'x', from: 3, to: 2 },
      { question: 'x', from: 1.5 },
      { question: 'x', from: '__proto__' },
      { question: 'x', to: 1e300 },
      { question: 'x'.repeat(2_000) },
      null,
      'c1',
    ]) {
      expect(read({ jobs: [bad, good] })).toEqual({ jobs: [good], dropped: 1 })
    }
    expect(read({ jobs: Array.from({ length: 90_0 }, () => good) })).toMatchObject({ dropped: 897 })
  })

  it('become calls, none twice, and no more than there may be', () => {
    const jobs = [
      { question: 'a', from: 1, to: 3 },
      { question: 'a', from: 2, to: 5 },
      { question: 'b', from: 1, to: 1 },
    ]
    const { errands, left } = errandsOf(jobs, 5, new Set(['1 a']))
    expect(errands.map(({ chunk, question }) => `${chunk} ${question}`)).toEqual([
      '2 a',
      '3 a',
      '4 a',
      '5 a',
      '1 b',
    ])
    expect(left).toBe(0)
    expect(errandsOf([{ question: 'a', from: 1, to: 2_000 }], 64).left).toBe(1_936)
  })
})

describe('the beginning of an answer', () => {
  it('tells jobs from an answer as soon as it can', () => {
    expect(beginsJobs('')).toBeNull()
    expect(beginsJobs(' {')).toBeNull()
    expect(beginsJobs('```json\n{ "jo')).toBeNull()
    expect(beginsJobs('{ "jobs": [')).toBe(true)
    expect(beginsJobs('{"answer"')).toBe(false)
    expect(beginsJobs('The report')).toBe(false)
    expect(beginsJobs(' '.repeat(500))).toBe(false)
  })
})
