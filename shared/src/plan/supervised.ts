/**
 * The supervised strategies: a near model does every turn of a session, however hard each looks, and a frontier looks on.
 *
 * Who may look on is whoever the text may go to: on premises for what may never leave. Where there is nobody the session goes
 * on all the same and says that it is not supervised. The executor's context is kept within its bound by whoever carries the
 * plan out, so that a long transcript is no reason to go elsewhere.
 */
import { mayGo } from '../privacy/zone.ts'
import type { Signals } from '../signals/signals.ts'
import type { Step, Strategy, SupervisedStrategy } from './plan.ts'
import { supervisedStrategies } from './plan.ts'
import { rulesFor } from './rules.ts'
import type { DirectPlan, Shaping } from './shape.ts'

export function isSupervised(strategy: Strategy): strategy is SupervisedStrategy {
  return (supervisedStrategies as readonly Strategy[]).includes(strategy)
}

export function shapeSupervised(
  strategy: SupervisedStrategy,
  plan: DirectPlan,
  { signals, wishes, policy, field }: Shaping,
): DirectPlan {
  if (wishes.ask.kind !== 'auto' || wishes.suspected || plan.wished === 'edge') return plan
  const all = [...plan.steps, ...plan.fallbacks]
  const standing = ({ target }: Step) => field.find(({ name }) => name === target)?.standing
  const locals = all.filter(({ tier }) => tier === 'local')
  const executor = locals.find((step) => standing(step) !== 'resting') ?? locals[0]
  if (executor === undefined) return plan
  const supervisor = field.find(
    ({ tier, zone, byNameOnly, standing }) =>
      tier === 'frontier' && !byNameOnly && standing !== 'resting' && mayGo(wishes.privacy, zone),
  )
  return {
    ...plan,
    strategy,
    steps: [executor],
    fallbacks: all.filter((step) => step !== executor),
    wished: 'local',
    reason: 'supervised',
    confidence: 1,
    degraded: null,
    check: {
      kind: 'supervised',
      task: signals.task,
      supervisor:
        supervisor === undefined
          ? null
          : { target: supervisor.name, tier: supervisor.tier, model: supervisor.model },
      floor: rulesFor(signals, wishes, policy).qualityFloor,
    },
  }
}

/** However long the session: its executor is given what its context holds, so that length is no reason to go elsewhere. */
export function asGiven(signals: Signals, strategy: Strategy): Signals {
  if (!isSupervised(strategy) || signals.promptTokens <= leastContext) return signals
  return { ...signals, promptTokens: leastContext }
}

/** So much every model takes; whoever carries the plan out keeps to what the node really has. */
const leastContext = 2_048
