/** The target that a step of a plan names. */
import { NearsideError, type Step, type Target } from '@nearside/core'
import type { Desk } from '../desk/desk.ts'

export function targetOf(step: Step, desk: Desk): Target {
  const target = desk.options.targets.find(({ name }) => name === step.target)
  if (target === undefined)
    throw new NearsideError('no-tier-left', `The plan names ${step.target}, which is not here.`)
  return target
}
