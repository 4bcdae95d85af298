/** The policy file that says what was chosen: a general word, rules for kinds of task, and the table where one helps. */
import { type DomainTable, type GivenPolicy, readPolicyFile } from '@nearside/core'
import type { Arm, Terms } from './arm.ts'

export type ChosenRule = { readonly task: string | null; readonly arm: Arm }

export function policyOf(
  rules: readonly ChosenRule[],
  terms: Pick<Terms, 'whenUnknown'>,
  domain: { readonly worthUsd: number; readonly table: DomainTable } | null,
): GivenPolicy {
  const general = rules.find(({ task }) => task === null)?.arm ?? { strategy: 'direct', frontierFrom: 1 }
  const own = rules.flatMap(({ task, arm }) => (task === null ? [] : [{ task, arm }]))
  const barOf = (arm: Arm): number | null => (arm.strategy === 'cascade' ? arm.bar : null)
  const bars = own.flatMap(({ task, arm }) => (barOf(arm) === null ? [] : [[task, barOf(arm)!] as const]))
  const usesDomain = rules.some(({ arm }) => arm.strategy === 'domain')
  const policy = {
    strategy: general.strategy,
    ...thresholdOf(general),
    whenUnknown: terms.whenUnknown,
    ...(own.length === 0
      ? {}
      : {
          tasks: Object.fromEntries(
            own.map(({ task, arm }) => [task, { strategy: arm.strategy, ...thresholdOf(arm) }]),
          ),
        }),
    ...(barOf(general) === null && bars.length === 0
      ? {}
      : {
          cascade: {
            ...(barOf(general) === null ? {} : { bar: barOf(general)! }),
            ...(bars.length === 0 ? {} : { bars: Object.fromEntries(bars) }),
          },
        }),
    ...(usesDomain && domain !== null ? { domain: { worthUsd: domain.worthUsd, table: domain.table } } : {}),
  }
  // What is written is what the gateway reads, or it is not written.
  return readPolicyFile(JSON.stringify(policy))
}

function thresholdOf(arm: Arm): { readonly frontierFrom?: number } {
  // Behind a table stands what the arm does where the table is silent: the frontier.
  if (arm.strategy === 'domain') return { frontierFrom: 0 }
  return arm.strategy === 'direct' ? { frontierFrom: arm.frontierFrom } : {}
}
