/** Why a request goes where it goes: a closed list, so that programs and dashboards can count them. */
export const reasons = [
  /** The edge has the one right answer. */
  'edge-certain',
  /** The same was asked before, and its answer is kept. */
  'cached',
  /** The same was asked before in other words, and its answer is kept. */
  'cached-alike',
  /** A local model is able to. */
  'easy',
  /** It is beyond a local model. */
  'hard',
  /** It brings tools, which the local models do not take. */
  'needs-tools',
  /** It brings images, which the local models do not see. */
  'needs-images',
  /** The prompt is longer than a local model is given. */
  'too-long-for-local',
  /** The caller's header names the tier. */
  'pinned-by-caller',
  /** The caller names the model or the tier. */
  'named-model',
  /** Its privacy prefers, or allows, only what is near. */
  'private',
  /** It answers a tool call, and goes to the model that made it. */
  'made-the-tool-call',
  /** An easier turn of a session that a stronger tier has answered. */
  'held-by-session',
  /** It looks like an attack, and those go to the frontier alone. */
  'attack-suspected',
  /** A local model would not reach the quality that is asked for. */
  'quality-floor',
  /** A local answer would not begin in the time that the caller has. */
  'too-slow-locally',
  /** Measured outcomes of requests like it promise most there, for what it costs. */
  'best-expected',
  /** Nothing could tell how hard it is. */
  'difficulty-unknown',
  /** A near model could have tried first, but too little time was left to ask a better one behind it. */
  'no-time-to-escalate',
  /** A near model's answer passed its check. */
  'near-passed',
  /** A near model's answer did not pass its check, and a better one answered. */
  'escalated',
  /** Two answers said the same, and the near one was served. */
  'agreed',
  /** Two answers differed, and the better model's was served. */
  'disagreed',
  /** A near model does each turn of the session, and a better one looks on. */
  'supervised',
  /** The supervisor did this turn of the session itself. */
  'taken-over',
  /** It brings a long document, which is read in pieces. */
  'long-document',
] as const
export type Reason = (typeof reasons)[number]

/** Why nothing may serve a request. */
export const refusals = [
  /** It may not leave, and nothing on the premises can serve it. */
  'private-and-no-premises',
  /** No upstream is named in the account's contract. */
  'contract-names-no-target',
  /** It is sensitive and may go to no provider: it cannot be redacted, or the rules say so; and nothing near can serve it. */
  'sensitive-and-confined',
  /** It looks like an attack, which only the frontier may answer, and there is none. */
  'suspected-and-no-frontier',
  /** No model that may serve it has so much context. */
  'too-long',
  /** The tier that is asked for is not there. */
  'tier-not-configured',
  /** Nobody that may serve it reaches the quality that is asked for. */
  'quality-floor-unmet',
  /** The tier that it belongs to is not there, and the policy lets no other stand in. */
  'nobody-may-stand-in',
  /** Nobody is left who can. */
  'nothing-can-serve',
] as const
export type Refusal = (typeof refusals)[number]

/** Why an answer is worse than wished. */
export const degradations = [
  /** It belonged to a frontier, and there is none. */
  'no-frontier',
  /** It belonged to a local model, and there is none that can. */
  'no-local',
  /** The frontier failed or rests. */
  'frontier-down',
  /** The local node failed or rests. */
  'local-down',
  /** A cap is spent, and what costs nothing answered instead. */
  'budget-spent',
  /** A limit is reached, and what costs nothing answered instead. */
  'limit-reached',
  /** The budget store is away, and the call was let through within the amount chosen. */
  'store-down',
  /** A cap had too little left for the answer that was asked for. */
  'output-clamped',
  /** The session began with another model or version, which does not answer any more. */
  'version-changed',
  /** The session's supervisor was to look at this turn and could not. */
  'unsupervised',
  /** The session's supervisor let none of its answers stand, and was not asked about the last one, which is served. */
  'unverified',
  /** Some pieces of a long document could not be read. */
  'partly-read',
] as const
export type Degradation = (typeof degradations)[number]
