/**
 * The designs that are compared, each as the policy that makes a gateway work by it. What was measured is thereby what a
 * gateway can be given: the policy is written down as it is.
 */
import type { GivenPolicy, SupervisedStrategy } from '@nearside/core'
import { executeVerifyAdvise, planExecuteVerifyReplan } from '@nearside/workers'

export type Design = {
  readonly name: string
  readonly policy: GivenPolicy
}

/** What a policy may name beside `direct` here. */
export const offers: Readonly<Record<SupervisedStrategy, typeof executeVerifyAdvise>> = {
  'execute-verify-advise': executeVerifyAdvise,
  'plan-execute-verify-replan': planExecuteVerifyReplan,
}

/** The supervisor looks at every so many turns. */
const rhythms = [1, 2, 4, 8] as const

/**
 * The gateway's own window on the executor's context is put out of the way, and so is its limit on words: what bounds the
 * context is the reset alone, and what bounds the words is k.
 */
const contextTokens = 24_000
const mostWords = 200

export const designs: readonly Design[] = [
  { name: 'cloud alone', policy: { strategy: 'direct', frontierFrom: 0, tierOrder: ['frontier'] } },
  {
    name: 'device alone',
    policy: {
      strategy: 'direct',
      frontierFrom: 1,
      whenUnknown: 'local',
      tierOrder: ['local'],
      localPromptTokens: contextTokens,
    },
  },
  ...rhythms.map((turns) => supervised('execute-verify-advise', turns)),
  ...rhythms.map((turns) => supervised('plan-execute-verify-replan', turns)),
]

function supervised(strategy: SupervisedStrategy, everyTurns: number): Design {
  return {
    name: `${strategy}, k=${everyTurns}`,
    policy: {
      strategy,
      localPromptTokens: contextTokens,
      supervision: { everyTurns, contextTokens, mostWords },
    },
  }
}
