/** `NEARSIDE_POLICY` with the two variables that say something of the policy for themselves. */
import { type GivenPolicy, readPolicyFile } from '@nearside/core'
import type { Settings } from './settings.ts'
import { wrong } from './words.ts'

export function readPolicy(settings: Settings): GivenPolicy {
  const { NEARSIDE_POLICY: text, NEARSIDE_WHEN_SPENT: whenSpent, NEARSIDE_CLAMP_OUTPUT: clamp } = settings
  const given = text === '' ? {} : readPolicyFile(text, 'NEARSIDE_POLICY')
  refuseTwice(given.whenSpent, whenSpent, 'NEARSIDE_WHEN_SPENT', 'whenSpent')
  refuseTwice(given.clampOutput, clamp, 'NEARSIDE_CLAMP_OUTPUT', 'clampOutput')
  return { whenSpent: whenSpent || 'refuse', clampOutput: clamp === 'true', ...given }
}

/** Two words for one thing: whoever changes the one that loses believes that it holds. */
function refuseTwice(inPolicy: unknown, variable: string, name: keyof Settings, field: string): void {
  if (inPolicy === undefined || variable === '') return
  throw wrong(name, `is said in NEARSIDE_POLICY too, as ${field}: say it in one place`)
}
