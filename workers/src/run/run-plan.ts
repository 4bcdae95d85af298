/** Carries out a plan: in the way of its strategy, or step by step. */
import { NearsideError, type Plan, type Strategy } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { EdgeOffer } from '../edge/answerer.ts'
import type { Purse } from '../purse/purse.ts'
import { refusalOf } from './refusal-of.ts'
import { runSteps } from './run-steps.ts'
import type { Served } from './served.ts'
import { noTrouble } from './trouble.ts'

/** Carries out the plans of one strategy. */
export type RunStrategy = (
  call: Call,
  plan: Plan & { kind: 'serve' },
  purse: Purse,
  desk: Desk,
) => Promise<Served>

export async function runPlan(
  call: Call,
  plan: Plan,
  offer: EdgeOffer | null,
  purse: Purse,
  desk: Desk,
): Promise<Served> {
  if (plan.kind === 'refuse') throw refusalOf(plan)
  // `domain` chooses a tier; what is done then is direct.
  if (plan.strategy !== 'direct' && plan.strategy !== 'domain')
    return runnerOf(plan.strategy, desk)(call, plan, purse, desk)
  return runSteps(call, plan, offer, purse, desk, noTrouble())
}

/** What a strategy's `run` is, is known here; the options only keep it. */
function runnerOf(name: Strategy, { options }: Desk): RunStrategy {
  const found = options.strategies.find((strategy) => strategy.name === name)
  if (found === undefined)
    throw new NearsideError('bad-options', `strategies lacks ${name}, which the plan asks for.`)
  return found.run as RunStrategy
}
