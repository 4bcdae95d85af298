/**
 * The supervised strategies as values that a host hands in, with the store in which their sessions are kept.
 *
 * @example
 * nearside({ strategies: [executeVerifyAdvise({ store, secret })], policy: { strategy: 'execute-verify-advise' }, … })
 */
import type { SupervisedStrategy } from '@nearside/core'
import type { StrategyOffer } from '../options/options.ts'
import { openSeals } from '../replay/seals.ts'
import type { RunStrategy } from '../run/run-plan.ts'
import { runSupervised } from './run-supervised.ts'
import { resolveSupervision, type SupervisionOptions } from './supervision-options.ts'

/** A local model does each turn; the frontier looks on and gives advice, or takes a turn over. */
export function executeVerifyAdvise(given: SupervisionOptions): StrategyOffer {
  return supervised('execute-verify-advise', given, 'executeVerifyAdvise()')
}

/** The frontier writes a plan, a local model works by it, and what it calls done is held against the plan before it is served. */
export function planExecuteVerifyReplan(given: SupervisionOptions): StrategyOffer {
  return supervised('plan-execute-verify-replan', given, 'planExecuteVerifyReplan()')
}

function supervised(name: SupervisedStrategy, given: SupervisionOptions, path: string): StrategyOffer {
  const terms = resolveSupervision(given, path)
  const { secret, previousSecret } = terms
  const seals = [secret, ...(previousSecret === undefined ? [] : [previousSecret])].map(openSeals)
  const run: RunStrategy = (call, plan, purse, desk) =>
    runSupervised({ call, plan, purse, desk }, { name, terms, seals })
  return { name, run }
}
