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
export { askEdge, type EdgeAnswerer, type EdgeOffer } from './edge/answerer.ts'
export { arithmetic } from './edge/arithmetic/arithmetic.ts'
export { plainQuestion } from './edge/plain-question.ts'
export type { KeyDirectory } from './keys/key-directory.ts'
export { type MemoryKeyDirectory, memoryKeyDirectory } from './keys/memory-key-directory.ts'
export { nearside } from './middleware.ts'
export type { AnswerCache } from './options/answer-cache.ts'
export type {
  Account,
  Deadlines,
  EmbeddingOffer,
  Judge,
  ManagedKeyOptions,
  ModelOffer,
  NearsideOptions,
  ResponseOptions,
  Retry,
  StrategyOffer,
  Upstream,
} from './options/options.ts'
export { defaultDeadlines, defaultRetry, type Options, resolveOptions } from './options/resolve-options.ts'
export type { RequestRecord, StepRecord } from './record/record.ts'
export { type MemoryReplayOptions, memoryReplayStore } from './replay/memory-replay-store.ts'
export { type MemoryResponseOptions, memoryResponseStore } from './replay/memory-response-store.ts'
export type { ReplayStore } from './replay/replay-store.ts'
export type { ResponseStore } from './replay/response-store.ts'
export { notFound } from './respond/not-found.ts'
export { cascade } from './run/cascade.ts'
