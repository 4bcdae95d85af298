/** Why a request goes where it goes: a closed list, so that programs and dashboards can count them. */
export const reasons = [
  'edge-certain',
  'easy',
  'hard',
  'needs-tools',
  'needs-images',
  'too-long-for-local',
  'pinned-by-caller',
  'named-model',
  'private',
  'quality-floor',
  'too-slow-locally',
  'difficulty-unknown',
] as const
export type Reason = (typeof reasons)[number]

/** Why nothing may serve a request. */
export const refusals = [
  'private-and-no-premises',
  'contract-names-no-target',
  'too-long',
  'tier-not-configured',
  'quality-floor-unmet',
  'nothing-can-serve',
] as const
export type Refusal = (typeof refusals)[number]

/** Why an answer is worse than wished. */
export const degradations = [
  'no-frontier',
  'no-local',
  'frontier-down',
  'local-down',
  'budget-spent',
  'limit-reached',
  'store-down',
] as const
export type Degradation = (typeof degradations)[number]
