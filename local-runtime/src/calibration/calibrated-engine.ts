/** An engine whose model says how often it is right, not how sure it feels: its curve is read anew with each load. */
import { readFileSync } from 'node:fs'
import { NearsideError } from '@nearside/core'
import type { Engine } from '../engine/engine.ts'
import { readCalibration, refuseOtherVersion } from './calibration.ts'

export function calibratedEngine(engine: Engine, path: string): Engine {
  return {
    ...engine,
    async load() {
      const calibration = readCalibration(contentOf(path), path)
      const model = await engine.load()
      refuseOtherVersion(calibration, model.version)
      return { ...model, confidenceCurve: calibration.curve }
    },
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NearsideError('bad-options', `The calibration ${path} cannot be read.`, {
      cause,
      param: 'calibration',
    })
  }
}
