import { conformance } from '../budget/conformance.ts'
import { openRedisStore } from './opened-redis-store.ts'

conformance('Redis', openRedisStore)
