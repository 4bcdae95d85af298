/** What `@nearside/workers/redis` promises: apart, so that a bundle without Redis carries no client for it. */

export { capsInRedis, type RedisCapDirectoryOptions, redisCapDirectory } from './budget/cap-directory.ts'
export { type FirstOnce, type RedisFirstOnceOptions, redisFirstOnce } from './budget/first-once.ts'
export { type RedisScripts, type SendCommand, upstashCommands } from './budget/redis-scripts.ts'
export { type RedisBudgetOptions, redisBudgetStore } from './budget/redis-store.ts'
export { redisCacheStore } from './cache/redis-cache-store.ts'
export { keysInRedis, type RedisKeyDirectoryOptions, redisKeyDirectory } from './keys/redis-key-directory.ts'
export { redisReplayStore } from './replay/redis-replay-store.ts'
export { redisResponseStore } from './replay/redis-response-store.ts'
export type { RedisReplayOptions } from './replay/redis-words.ts'
export { redisSessionStore } from './supervision/redis-session-store.ts'
export { redisVerdictStore } from './verdicts/redis-verdict-store.ts'
