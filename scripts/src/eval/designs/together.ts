/** Single tasks of one design put together to the row that measuring them at once would give. */
import type { Measured } from './measure-design.ts'
import { successInterval } from './success-interval.ts'

export function together(parts: readonly [Measured, ...Measured[]]): Measured {
  const [{ environment, design }] = parts
  const sum = (of: (part: Measured) => number): number => parts.reduce((total, part) => total + of(part), 0)
  const tasks = sum((part) => part.tasks)
  const done = parts.flatMap((part) => part.done)
  const successes = done.filter(Boolean).length
  return {
    environment,
    design,
    tasks,
    success: successes / tasks,
    successInterval: successInterval(successes, tasks),
    chargedNano: sum((part) => part.chargedNano),
    loggedNano: sum((part) => part.loggedNano),
    deviceMillijoules: sum((part) => part.deviceMillijoules),
    peakDeviceTokens: Math.max(...parts.map((part) => part.peakDeviceTokens)),
    meanTurns: sum((part) => part.meanTurns * part.tasks) / tasks,
    supervisorCalls: sum((part) => part.supervisorCalls),
    outOfTurns: sum((part) => part.outOfTurns),
    failed: sum((part) => part.failed),
    done,
  }
}
