/**
 * How often a simulated model goes wrong, and at what. These rates are assumptions, stated wherever a figure rests on them.
 *
 * They are chosen to show mechanisms (a small model errs often, forgets beyond a short context, and profits from a word
 * at the right time), and were fitted to no real model.
 */
export type Profile = {
  /** Takes a step that looks right and is not, at each step. */
  readonly wrongStep: number
  /** The same where guidance (a plan, a summary) names the right step: `wrongStep` times this. */
  readonly guidedShare: number
  /** Tokens of context that it attends to without loss. */
  readonly attendsTokens: number
  /** Of each earlier message, at twice `attendsTokens`: the chance that a turn does not see it. Proportional to the excess. */
  readonly forgets: number
  /** Makes the same call again, at each step. */
  readonly repeats: number
  /** Says it is done when it is not, at each step. */
  readonly claimsEarly: number
  /** Takes a piece of advice, decided once for each. */
  readonly takesAdvice: number
  /** Tells that it is unsure (a confidence of 0.2), of steps that are wrong and of steps that are right. */
  readonly doubtsWrong: number
  readonly doubtsRight: number
  /** As a supervisor: overlooks a fault that stands in what it reads. */
  readonly overlooks: number
  /** As a supervisor: advises a wrong step where nothing is wrong. */
  readonly falseAlarm: number
  /** As a supervisor: leaves a fact out of a summary. */
  readonly omits: number
  /** As a supervisor: letters of trajectory from which on it has a session go on from a summary at every look. */
  readonly summarisesFromLetters: number
}

export const executorProfile: Profile = {
  wrongStep: 0.06,
  guidedShare: 0.25,
  attendsTokens: 2_000,
  forgets: 0.25,
  repeats: 0.05,
  claimsEarly: 0.02,
  takesAdvice: 0.85,
  overlooks: 0.5,
  falseAlarm: 0.2,
  omits: 0.1,
  summarisesFromLetters: 4_000,
  doubtsWrong: 0.3,
  doubtsRight: 0.03,
}

export const supervisorProfile: Profile = {
  wrongStep: 0.005,
  guidedShare: 1,
  attendsTokens: 32_000,
  forgets: 0.1,
  repeats: 0.005,
  claimsEarly: 0.002,
  takesAdvice: 0.95,
  overlooks: 0.1,
  falseAlarm: 0.03,
  omits: 0.02,
  summarisesFromLetters: 4_000,
  doubtsWrong: 0.3,
  doubtsRight: 0.03,
}
