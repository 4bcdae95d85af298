import { describe, expect, it } from 'vitest'
import { calibrated, readCalibration } from './calibration.ts'

const file = {
  version: 1,
  curves: {
    '*': [
      [0.2, 0.1],
      [0.8, 0.5],
      [1, 0.9],
    ],
    math: [[0.5, 0.3]],
  },
}

describe('a curve', () => {
  const calibration = readCalibration(file)

  it('runs straight between its points, and level beyond them', () => {
    expect(calibrated(calibration, 'chat', 0.5)).toBeCloseTo(0.3)
    expect(calibrated(calibration, null, 0.9)).toBeCloseTo(0.7)
    expect(calibrated(calibration, null, 0)).toBe(0.1)
    expect(calibrated(calibration, null, 1)).toBe(0.9)
  })

  it('is the one of the kind of task where it has one', () => {
    expect(calibrated(calibration, 'math', 0.99)).toBe(0.3)
    expect(calibrated(calibration, 'constructor', 0.8)).toBe(0.5)
  })

  it('is not needed: then what was said holds', () => {
    expect(calibrated(null, 'math', 0.42)).toBe(0.42)
    expect(calibrated(readCalibration({ version: 1, curves: {} }), 'math', 0.42)).toBe(0.42)
  })
})

describe('the file', () => {
  const wrong: readonly [unknown, string][] = [
    [null, 'calibration '],
    [{ version: 2, curves: {} }, 'calibration.version'],
    [{ version: 1, curves: [] }, 'calibration.curves'],
    [{ version: 1, curves: {}, curve: {} }, 'calibration.curve '],
    [{ version: 1, curves: { math: [] } }, 'calibration.curves.math'],
    [{ version: 1, curves: { math: [[0, 2]] } }, 'calibration.curves.math[0]'],
    [{ version: 1, curves: { math: [[0, Number.NaN]] } }, 'calibration.curves.math[0]'],
    [
      {
        version: 1,
        curves: {
          math: [
            [0.5, 0.5],
            [0.5, 0.6],
          ],
        },
      },
      'calibration.curves.math[1][0]',
    ],
    [
      {
        version: 1,
        curves: {
          math: [
            [0.5, 0.5],
            [0.6, 0.4],
          ],
        },
      },
      'calibration.curves.math[1][1]',
    ],
  ]
  it.each(wrong)('is refused with its path where it is wrong: %j', (given, path) => {
    expect(() => readCalibration(given)).toThrow(path)
  })
})
