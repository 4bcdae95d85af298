/**
 * Which strategy, threshold, floor and latency hold for one request: the one place where the caller's word, the kind of
 * task and the policy's general word meet. The nearest to the request wins.
 */
import type { Signals } from '../signals/signals.ts'
import type { Strategy } from './plan.ts'
import type { Policy, TaskPolicy } from './policy.ts'
import type { Wishes } from './wishes.ts'

export type Rules = {
  readonly strategy: Strategy
  readonly frontierFrom: number
  readonly qualityFloor: number
  /** Null where nobody asks for a time. */
  readonly latencyMs: number | null
}

export function rulesFor({ task }: Pick<Signals, 'task'>, wishes: Wishes, policy: Policy): Rules {
  const own = task === null ? undefined : ofTask(policy, task)
  return {
    strategy: wishes.strategy ?? own?.strategy ?? policy.strategy,
    frontierFrom: own?.frontierFrom ?? policy.frontierFrom,
    qualityFloor: wishes.quality ?? own?.qualityFloor ?? policy.qualityFloor,
    latencyMs: wishes.latencyMs ?? policy.latencyMs,
  }
}

/** A judge of the host's own may name any kind: `constructor` is none of ours. */
function ofTask({ tasks }: Policy, task: string): TaskPolicy | undefined {
  return Object.hasOwn(tasks, task) ? tasks[task as keyof typeof tasks] : undefined
}
