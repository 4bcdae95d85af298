import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadModel } from '../eval/load-model.ts'
import { temporaryFolder } from '../workerd/temporary-folder.ts'
import { type CheckerName, checkerOf } from './checkers.ts'
import { type KeptAnswer, openJournal } from './journal.ts'
import { readOutcomes } from './read-outcomes.ts'
import { readTasks } from './read-tasks.ts'
import { readWords } from './read-words.ts'
import { readTiers } from './tiers.ts'

const folder = temporaryFolder('tune-files')

function written(lines: readonly unknown[]): string {
  const path = join(folder, 'given.jsonl')
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  )
  return path
}

describe('a file of tasks', () => {
  const good = { prompt: 'What is 2 + 2?', checker: 'number', reference: 4 }

  it('is read with prompts or messages, and equality where no checker is named', async () => {
    const [one, two] = readTasks(
      written([
        good,
        '',
        { messages: [{ role: 'user', content: 'Paris?' }], task: 'open_qa', reference: 'yes' },
      ]),
      null,
    )
    expect([one?.line, one?.prompt, one?.kind]).toEqual([1, 'What is 2 + 2?', null])
    expect([two?.line, two?.prompt, two?.kind]).toEqual([3, 'Paris?', 'open_qa'])
    expect([await one?.check('It is 4.'), await two?.check(' Yes. ')]).toEqual([1, 1])
  })

  it.each<readonly [line: unknown, says: RegExp]>([
    ['{"prompt":', /line 2: this is no JSON/],
    [[], /line 2: this is no object/],
    [{ ...good, promt: 'x' }, /line 2: promt is not a field; there are id, prompt/],
    [{ checker: 'number', reference: 4 }, /line 2: it has either prompt or messages/],
    [{ ...good, messages: [] }, /line 2: it has either prompt or messages/],
    [{ ...good, prompt: ' ' }, /line 2: prompt is a text/],
    [
      { prompt: undefined, messages: [{ role: 'usr', content: 'x' }], reference: 'x' },
      /line 2: .*messages\[0\]\.role/,
    ],
    [{ ...good, task: 'maths' }, /line 2: task is one of brainstorming, chitchat/],
    [{ ...good, checker: 'same' }, /line 2: checker is one of equals, contains/],
    [{ ...good, reference: undefined }, /line 2: reference is missing/],
    [{ ...good, reference: 'four' }, /line 2: reference is a number/],
    [{ ...good, checker: 'choice', reference: 'AB' }, /line 2: reference is one letter/],
    [{ ...good, checker: 'matches', reference: '(' }, /line 2: reference is a regular expression/],
    [{ ...good, checker: 'contains', reference: [] }, /line 2: reference is a text, or a list/],
    [{ ...good, checker: 'json-schema', reference: { type: 'strin' } }, /line 2: .*reference/],
    [{ ...good, checker: 'own' }, /line 2: checker own takes --checker FILE/],
  ])('refuses %j by line and field', (line, says) => {
    expect(() => readTasks(written([good, line]), null)).toThrow(says)
  })
})

describe('checkers', () => {
  it.each<readonly [CheckerName, reference: unknown, answer: string, quality: number]>([
    ['equals', 'Paris', '  paris. ', 1],
    ['equals', 'Paris', 'It is Paris', 0],
    ['contains', ['red', 'blue'], 'Blue and RED', 1],
    ['contains', ['red', 'blue'], 'Blue', 0],
    ['number', 1200, 'First 3, then 1,200.', 1],
    ['number', '0.5', 'about 0.50', 1],
    ['number', 4, 'four', 0],
    ['number', -4, 'x = −4', 1],
    ['number', 2020, 'in 2019-2020', 1],
    ['number', 1e6, 'it is 1e6', 1],
    ['choice', 'b', 'The answer is (B).', 1],
    ['choice', 'B', 'A or B? I say C', 0],
    ['choice', 'B', 'The answer is a matter of taste: B', 1],
    ['choice', 'A', 'The answer is a matter of taste: B', 0],
    ['choice', 'B', '**Answer:** B. I am sure of it.', 1],
    ['choice', 'B', 'If it rains the answer is A. It does not, so the answer is B.', 1],
    ['choice', 'C', 'C, I think.', 1],
    ['choice', 'I', 'Of these I is right', 1],
    ['choice', 'C', 'answer: c', 1],
    ['choice', 'C', 'c)', 1],
    ['choice', 'A', 'A is right.', 1],
    ['choice', 'A', 'nothing of it', 0],
    ['matches', '^\\d{4}$', '1984', 1],
    ['matches', '^\\d{4}$', 'in 1984', 0],
    ['json-schema', { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }, '{"a":1}', 1],
    [
      'json-schema',
      { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] },
      '{"a":"1"}',
      0,
    ],
    ['json-schema', { type: 'object' }, 'no JSON', 0],
  ])('%s %j: %j is %i', async (name, reference, answer, quality) => {
    expect(await checkerOf(name, reference, null)(answer)).toBe(quality)
  })

  it('lets an operator’s own say true, false or a share, and nothing else', async () => {
    const own = (answer: string): unknown => (answer === 'half' ? 0.5 : answer === 'yes' ? true : 'maybe')
    const check = checkerOf('own', null, own)
    expect([await check('half'), await check('yes')]).toEqual([0.5, 1])
    await expect(Promise.resolve(check('what'))).rejects.toThrow(/neither true, false nor a number/)
  })
})

describe('a file of outcomes', () => {
  const classifier = (): never => {
    throw new Error('nobody is to be asked')
  }
  const good = { difficulty: 0.4, gain: 0.2, kind: 'math', small_score: 0, large_score: 1, large_usd: 0.01 }

  it('is read with scores or with a verdict, which tells of the small model alone', () => {
    const [one, two] = readOutcomes(written([good, { difficulty: 0.4, good: true }]), classifier)
    expect(one).toMatchObject({
      task: 'math',
      gain: 0.2,
      assumed: false,
      frontier: { quality: 1, usd: 0.01 },
    })
    expect(two).toMatchObject({ task: null, gain: null, assumed: true, local: { quality: 1, usd: null } })
  })

  it('has prompts judged by the classifier that ships', () => {
    const [one] = readOutcomes(
      written([{ prompt: 'Prove that there is no largest prime.', good: false }]),
      loadModel,
    )
    expect(one?.task).not.toBeNull()
    expect(one?.gain).not.toBeNull()
  })

  it.each<readonly [line: unknown, says: RegExp]>([
    [{ ...good, small_score: 2 }, /record 2: small_score is a number from 0 to 1/],
    [{ ...good, small_score: undefined }, /record 2: small_score is missing, and so is a verdict/],
    [{ ...good, large_score: null }, /record 2: large_score is missing/],
    [{ ...good, good: 'yes' }, /record 2: good is true or false/],
    [{ ...good, difficulty: undefined }, /record 2: prompt is missing, and so is a difficulty/],
    [{ ...good, large_usd: -1 }, /record 2: large_usd is a number from 0/],
    [{ ...good, prompt: 5 }, /record 2: prompt is a text/],
    ['[1]', /record 2, is an object/],
  ])('refuses %j by record and field', (line, says) => {
    expect(() => readOutcomes(written([good, line]), classifier)).toThrow(says)
  })
})

describe('the journal', () => {
  const answer: KeptAnswer = { text: 'four', nanoUsd: 30, joules: null, latencyMs: 12, confidence: 0.5 }

  it('grants no hold beyond the limit, whatever is held or spent', () => {
    const journal = openJournal(temporaryFolder('journal'))
    const one = journal.hold(60, 100)
    expect([one.granted, journal.hold(60, 100).granted]).toEqual([true, false])
    journal.settle(one.hold, 'a', answer)
    expect(journal.spent()).toBe(30)
    const two = journal.hold(70, 100)
    expect([two.granted, journal.hold(1, 100).granted]).toEqual([true, false])
    journal.release(two.hold)
    expect(journal.spent()).toBe(30)
    journal.close()
  })

  it('is found again by the next run, with what was never settled counted as spent, and a torn last line passed over', () => {
    const place = temporaryFolder('journal')
    const first = openJournal(place)
    first.settle(first.hold(60, 1_000).hold, 'a', answer)
    first.hold(200, 1_000)
    first.close()
    appendFileSync(join(place, 'answers.jsonl'), '{"settled":2,"key":"b","ans')
    const second = openJournal(place)
    expect([second.find('a'), second.find('b'), second.spent()]).toEqual([answer, null, 230])
    second.settle(second.hold(60, 1_000).hold, 'c', answer)
    second.close()
    const third = openJournal(place)
    expect([third.find('c')?.text, third.spent()]).toEqual(['four', 260])
    third.close()
  })

  it('lets one process in, and the next after one that died', () => {
    const place = temporaryFolder('journal')
    writeFileSync(join(place, 'lock'), String(process.ppid))
    expect(() => openJournal(place)).toThrow(/another nearside tune/)
    writeFileSync(join(place, 'lock'), '999999999')
    openJournal(place).close()
  })

  it('refuses a file of something else', () => {
    const place = temporaryFolder('journal')
    writeFileSync(join(place, 'answers.jsonl'), 'hello\n{"released":1}\n')
    expect(() => openJournal(place)).toThrow(/line 1, is not a line of this file/)
    expect(readFileSync(join(place, 'answers.jsonl'), 'utf8')).toContain('hello')
  })
})

describe('the words and the tiers', () => {
  it.each<readonly [words: readonly string[], says: RegExp]>([
    [[], /one of --tasks FILE .*--outcomes FILE .*--data DIR/],
    [['--tasks', 'a', '--outcomes', 'b'], /one of --tasks/],
    [['--tasks', 'a'], /--max-spend USD/],
    [['--data', 'a', '--quality', '95'], /--quality is a number from 0 to 1/],
    [['--data', 'a', '--quality', ''], /--quality is a number/],
    [['--data', 'a', '--p95', 'fast'], /--p95 is a number/],
    [['--data', 'a', '--frontier-price', '2'], /--frontier-price is two prices/],
    [['--data', 'a', '--frontier-price', '2,-1'], /--frontier-price is two prices/],
    [['--data', 'a', '--speed', '2'], /Unknown option '--speed'/],
  ])('%j are refused', (words, says) => {
    expect(() => readWords(words)).toThrow(says)
  })

  it('takes both tiers of a gateway by their names, with its own key', () => {
    const tiers = readTiers(
      { gateway: 'http://127.0.0.1:8787', frontierPrice: { prompt: 2.5, output: 10 }, localPrice: null },
      { NEARSIDE_KEY: 'k' },
      '2026-01-01',
    )
    expect(tiers.frontier).toMatchObject({
      url: 'http://127.0.0.1:8787/v1/chat/completions',
      model: 'frontier',
      price: { prompt: 2_500, output: 10_000 },
      headers: { authorization: 'Bearer k', 'x-nearside-cache': 'off' },
    })
    expect(tiers.local).toMatchObject({ model: 'local', price: { prompt: 0 } })
  })

  it('refuses a model without a known price, and tiers that are not named', () => {
    const given = { gateway: null, frontierPrice: null, localPrice: null }
    const env = { NEARSIDE_LOCAL_URL: 'http://127.0.0.1:1', NEARSIDE_FRONTIER_URL: 'http://127.0.0.1:2' }
    expect(() => readTiers(given, { ...env, NEARSIDE_FRONTIER_MODELS: 'mine' }, '2026-01-01')).toThrow(
      /price of mine is not known/,
    )
    expect(() => readTiers(given, {}, '2026-01-01')).toThrow(/NEARSIDE_LOCAL_URL/)
    expect(() => readTiers(given, { NEARSIDE_LOCAL_URL: 'no url' }, '2026-01-01')).toThrow(
      /NEARSIDE_FRONTIER_URL/,
    )
  })
})
