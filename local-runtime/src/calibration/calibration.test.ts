import { onCurve } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../sampling/random.ts'
import { calibrationOf, type Judged, readCalibration, refuseOtherVersion } from './calibration.ts'
import { isRight } from './is-right.ts'
import { readTasks } from './read-tasks.ts'

const model = { name: 'small', version: '1' }

/** Right as often as `truth` says of what was said; the same each time. */
function judged(count: number, truth: (said: number) => number): Judged[] {
  const random = seededRandom(7)
  return Array.from({ length: count }, () => {
    const confidence = random()
    return { confidence, right: random() < truth(confidence), task: null }
  })
}

describe('a calibration', () => {
  it('makes boasting modest: what was said becomes what comes true', () => {
    const { curve, eceBefore, eceAfter } = calibrationOf(
      model,
      judged(400, (said) => said / 2),
    )
    expect(eceBefore).toBeGreaterThan(0.2)
    expect(eceAfter).toBeLessThan(0.08)
    expect(onCurve(curve, 0.9)).toBeLessThan(0.6)
  })

  it('says that a confidence is worth nothing where it is', () => {
    const { auroc, curve } = calibrationOf(
      model,
      judged(400, () => 0.5),
    )
    expect(auroc).toBeGreaterThan(0.4)
    expect(auroc).toBeLessThan(0.6)
    expect(Math.abs(onCurve(curve, 0.9) - onCurve(curve, 0.1))).toBeLessThan(0.2)
  })

  it('tells a perfect judge from chance', () => {
    expect(
      calibrationOf(
        model,
        judged(100, (said) => (said > 0.5 ? 1 : 0)),
      ).auroc,
    ).toBe(1)
  })

  it('wants enough tasks, and right and wrong answers among them', () => {
    expect(() =>
      calibrationOf(
        model,
        judged(29, () => 0.5),
      ),
    ).toThrow('29 tasks are too few; give 30')
    expect(() =>
      calibrationOf(
        model,
        judged(60, () => 1),
      ),
    ).toThrow('take harder tasks')
    expect(() =>
      calibrationOf(
        model,
        judged(60, () => 0),
      ),
    ).toThrow('take easier tasks')
  })

  it('is read back as it was written, and by its own version alone', () => {
    const made = calibrationOf(
      model,
      judged(60, (said) => said),
    )
    const read = readCalibration(JSON.stringify(made), 'a.json')
    expect(read).toEqual(made)
    expect(() => refuseOtherVersion(read, '1')).not.toThrow()
    expect(() => refuseOtherVersion(read, '2')).toThrow('made for version 1 of small, and this model is 2')
  })

  it('names the field that is wrong in a file', () => {
    const made = calibrationOf(
      model,
      judged(60, (said) => said),
    )
    expect(() => readCalibration('nonsense', 'a.json')).toThrow('a.json is not a calibration')
    expect(() => readCalibration(JSON.stringify({ ...made, curve: { offset: 1 } }), 'a.json')).toThrow(
      'curve.slope',
    )
    expect(() => readCalibration(JSON.stringify({ ...made, auroc: 2 }), 'a.json')).toThrow('auroc')
    expect(() => readCalibration(JSON.stringify({ ...made, more: 1 }), 'a.json')).toThrow('more')
  })
})

describe('an answer is right', () => {
  const cases: readonly [
    check: 'equals' | 'contains' | 'number' | 'choice' | 'matches',
    string,
    string,
    boolean,
  ][] = [
    ['equals', ' Paris. ', 'paris', true],
    ['equals', 'Paris, France', 'paris', false],
    ['contains', 'It is Paris, of course', 'paris', true],
    ['number', '12 * 7 = 84', '84', true],
    ['number', 'that makes 1,234.50 in all', '1234.5', true],
    ['number', '84 or 85', '84', false],
    ['number', 'none', '0', false],
    ['number', 'minus: −3', '-3', true],
    ['choice', 'B) because', 'B', true],
    ['choice', 'The answer is (c).', 'C', true],
    ['choice', 'Because', 'B', false],
    ['matches', 'in 1789', '\\b1789\\b', true],
  ]
  it.each(cases)('%s: %s against %s is %s', (check, answer, wanted, right) => {
    expect(isRight(answer, { check, answers: [wanted] })).toBe(right)
  })

  it('where it is one of several that are', () => {
    expect(isRight('NYC', { check: 'equals', answers: ['New York', 'NYC'] })).toBe(true)
  })
})

describe('a file of tasks', () => {
  it('is a task a line, blank lines apart', () => {
    const tasks = readTasks(
      '{"prompt":"2+2?","check":"number","answer":"4"}\n\n{"prompt":"Hi","answer":["a","b"],"task":"chat"}\n',
      'f',
    )
    expect(tasks).toEqual([
      { messages: [{ role: 'user', content: '2+2?' }], check: 'number', answers: ['4'], task: null },
      { messages: [{ role: 'user', content: 'Hi' }], check: 'equals', answers: ['a', 'b'], task: 'chat' },
    ])
  })

  it.each([
    ['{', 'f, line 1: this is not JSON'],
    ['[]', 'f, line 1: expected an object'],
    ['{"prompt":"x"}', 'f, line 1: answer'],
    ['{"answer":"x"}', 'one of the two'],
    ['{"prompt":"x","messages":[{"role":"user","content":"y"}],"answer":"x"}', 'one of the two'],
    ['{"prompt":"x","answer":"x","chek":"equals"}', 'chek'],
    ['{"prompt":"x","answer":"x","check":"likes"}', 'one of equals, contains'],
    ['{"prompt":"x","answer":"x","check":"number"}', 'a number is written like 84'],
    ['{"prompt":"x","answer":"AB","check":"choice"}', 'a choice is one letter'],
    ['{"prompt":"x","answer":"(","check":"matches"}', 'not a regular expression'],
    ['{"messages":[{"role":"tool","content":"y"}],"answer":"x"}', 'messages.0.role'],
  ])('%s is refused with what is wrong', (line, what) => {
    expect(() => readTasks(line, 'f')).toThrow(what)
  })
})
