/**
 * The standalone Worker: the middleware and nothing else, set up from `wrangler.toml`'s variables and secrets.
 */
import {
  classifierOf,
  learnedDifficulty,
  learnedFrontierFrom,
  readClassifier,
  readTextHeads,
} from '@nearside/core'
import model from '@nearside/core/classifier.onnx.bin'
import heads from '@nearside/core/text-heads.bin'
import { Hono } from 'hono/tiny'
import { BudgetLedger } from './budget/durable-object.ts'
import { durableObjectBudgetStore, type LedgerNamespace } from './budget/durable-object-store.ts'
import type { RateLimitBinding } from './budget/rate-limit-binding.ts'
import { type EnvironmentOptions, inVariables, readEnvironment } from './env/read-environment.ts'
import { mapReduce } from './map-reduce/map-reduce.ts'
import { nearside } from './middleware.ts'
import { notFound } from './respond/not-found.ts'
import { cascade } from './run/cascade.ts'
import { consistency } from './run/consistency.ts'

type Bindings = {
  readonly BUDGET_LEDGER?: LedgerNamespace
  readonly UNPRICED_LIMIT?: RateLimitBinding
  readonly ANALYTICS?: NonNullable<EnvironmentOptions['analytics']>
  readonly [variable: string]: unknown
}

const app: Hono<{ Bindings: Bindings }> = new Hono<{ Bindings: Bindings }>()

app.use(
  '*',
  nearside<{ Bindings: Bindings }>(
    (c) => ({
      ...judged(readEnvironment(c.env, storeOf(c.env), () => readTextHeads(new Uint8Array(heads)))),
      ...(c.env.UNPRICED_LIMIT === undefined ? {} : { unpricedLimit: c.env.UNPRICED_LIMIT }),
      ...(c.env.ANALYTICS === undefined ? {} : { analytics: c.env.ANALYTICS }),
    }),
    inVariables,
  ),
)
app.notFound(notFound)

/** Read with the first request: what an isolate does before it is asked counts against its start. */
function judged(options: EnvironmentOptions): EnvironmentOptions {
  const classifier = classifierOf(readClassifier(new Uint8Array(model)))
  const difficulty = learnedDifficulty(classifier)
  const strategies = [
    cascade(),
    consistency({ vectorOf: classifier.sentenceVector }),
    mapReduce(),
    ...(options.strategies ?? []),
  ]
  return {
    ...options,
    difficulty,
    strategies,
    policy: { frontierFrom: learnedFrontierFrom, ...options.policy },
  }
}

function storeOf({ BUDGET_LEDGER: namespace }: Bindings): Parameters<typeof readEnvironment>[1] {
  return namespace === undefined
    ? null
    : { store: durableObjectBudgetStore(namespace), zone: 'provider:cloudflare' }
}

export { BudgetLedger }
export default app
