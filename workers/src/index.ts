/** What @nearside/workers promises: the middleware, its options, and the stores that need no binding. */
export type { BudgetStore } from './budget/budget-store.ts'
export { type CapDirectory, memoryCapDirectory } from './budget/cap-directory.ts'
export { durableObjectBudgetStore } from './budget/durable-object-store.ts'
export { memoryBudgetStore } from './budget/memory-store.ts'
export type { RateLimitBinding } from './budget/rate-limit-binding.ts'
export type { CacheStore } from './cache/cache-store.ts'
export {
  type CloudflareCacheOptions,
  cloudflareCacheStore,
  type PlatformCache,
} from './cache/cloudflare-cache-store.ts'
export { type ExactCacheOptions, exactCache } from './cache/exact-cache.ts'
export { type KvNamespace, kvCacheStore } from './cache/kv-cache-store.ts'
export { memoryCacheStore } from './cache/memory-cache-store.ts'
export { type SemanticCacheOptions, semanticCache } from './cache/semantic-cache.ts'
export { askEdge, type EdgeAnswerer, type EdgeAsker, type EdgeOffer } from './edge/answerer.ts'
export { arithmetic } from './edge/arithmetic/arithmetic.ts'
export { type GivenPack, intentPacks } from './edge/packs/intent-packs.ts'
export { plainQuestion } from './edge/plain-question.ts'
export { bases } from './edge/skills/bases.ts'
export { calendar } from './edge/skills/calendar.ts'
export { greetings } from './edge/skills/greetings.ts'
export { percentages } from './edge/skills/percentages.ts'
export { type Skill, skilled } from './edge/skills/skill.ts'
export { text } from './edge/skills/text.ts'
export { units } from './edge/skills/units.ts'
export { uuids } from './edge/skills/uuids.ts'
export { zones } from './edge/skills/zones.ts'
export { type QualityConsumer, qualityConsumer } from './judging/quality-consumer.ts'
export type { KeyDirectory } from './keys/key-directory.ts'
export { type MemoryKeyDirectory, memoryKeyDirectory } from './keys/memory-key-directory.ts'
export { mapReduce } from './map-reduce/map-reduce.ts'
export { nearside } from './middleware.ts'
export type { AnswerCache } from './options/answer-cache.ts'
export type {
  Account,
  Deadlines,
  EmbeddingOffer,
  HedgingOffer,
  Judge,
  LabellingOffer,
  ManagedKeyOptions,
  ModelOffer,
  NearsideOptions,
  ResponseOptions,
  Retry,
  StrategyOffer,
  Upstream,
} from './options/options.ts'
export type { Judged, JudgeJob, QualityOptions } from './options/quality-options.ts'
export { defaultDeadlines, defaultRetry, type Options, resolveOptions } from './options/resolve-options.ts'
export type {
  Surroundings,
  Telemetry,
  TelemetryMeans,
  TelemetrySink,
} from './options/telemetry-options.ts'
export { type PrivacyGuard, type PrivacyGuardOptions, privacyGuard } from './privacy/privacy-guard.ts'
export type { PrivacyReport } from './privacy/privacy-report.ts'
export { type SharedVerdictOptions, sharedVerdicts } from './quality/shared-verdicts.ts'
export type { RequestRecord, StepRecord } from './record/record.ts'
export { type MemoryReplayOptions, memoryReplayStore } from './replay/memory-replay-store.ts'
export { type MemoryResponseOptions, memoryResponseStore } from './replay/memory-response-store.ts'
export type { ReplayStore } from './replay/replay-store.ts'
export type { ResponseStore } from './replay/response-store.ts'
export { notFound } from './respond/not-found.ts'
export { cascade } from './run/cascade.ts'
export { type ConsistencyOptions, consistency } from './run/consistency.ts'
export { type HedgingOptions, hedging } from './run/hedging.ts'
export { type Label, type LabellingOptions, labelling } from './run/labelling.ts'
export {
  durableObjectSessionStore,
  type SessionNamespace,
} from './supervision/durable-object-session-store.ts'
export { type MemorySessionOptions, memorySessionStore } from './supervision/memory-session-store.ts'
export type { KeptSession, SessionStore } from './supervision/session-store.ts'
export { executeVerifyAdvise, planExecuteVerifyReplan } from './supervision/supervised.ts'
export type { SupervisionOptions } from './supervision/supervision-options.ts'
export { type AnalyticsBinding, analyticsEngine } from './telemetry/analytics.ts'
export { otlp } from './telemetry/otlp.ts'
export type { OtlpOptions } from './telemetry/otlp-options.ts'
export { type WorkersAiBinding, type WorkersAiOptions, workersAi } from './tiers/workers-ai.ts'
export {
  durableObjectVerdictStore,
  type VerdictBookNamespace,
  type VerdictBookStub,
} from './verdicts/durable-object-verdict-store.ts'
export type { Keeper, KeeperTerms, SharedBook, Taken, VerdictOf } from './verdicts/keeper.ts'
export { type MemoryVerdictOptions, memoryVerdictStore } from './verdicts/memory-verdict-store.ts'
export type { AddedVerdict, KindHeard, MovedThreshold, VerdictStore } from './verdicts/verdict-store.ts'
