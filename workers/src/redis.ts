/** What `@nearside/workers/redis` promises: apart, so that a bundle without Redis carries no client for it. */
export type { RedisScripts } from './budget/redis-scripts.ts'
export { type RedisBudgetOptions, redisBudgetStore } from './budget/redis-store.ts'
