/**
 * The standalone Worker: the middleware and nothing else, set up from `wrangler.toml`'s variables and secrets.
 */
import { classifierOf, readClassifier, readTextHeads } from '@nearside/core'
import model from '@nearside/core/classifier.onnx.bin'
import heads from '@nearside/core/text-heads.bin'
import { Hono } from 'hono/tiny'
import { BudgetLedger } from './budget/durable-object.ts'
import { durableObjectBudgetStore, type LedgerNamespace } from './budget/durable-object-store.ts'
import type { RateLimitBinding } from './budget/rate-limit-binding.ts'
import {
  type EnvironmentStore,
  inVariables,
  readEnvironment,
  standaloneOptions,
} from './env/read-environment.ts'
import { nearside } from './middleware.ts'
import { notFound } from './respond/not-found.ts'
import { type AnalyticsBinding, analyticsEngine } from './telemetry/analytics.ts'
import {
  durableObjectVerdictStore,
  type VerdictBookNamespace,
} from './verdicts/durable-object-verdict-store.ts'
import { VerdictBook } from './verdicts/verdict-object.ts'

type Bindings = {
  readonly BUDGET_LEDGER?: LedgerNamespace
  readonly VERDICT_BOOK?: VerdictBookNamespace
  readonly UNPRICED_LIMIT?: RateLimitBinding
  readonly ANALYTICS?: AnalyticsBinding
  readonly [variable: string]: unknown
}

const app: Hono<{ Bindings: Bindings }> = new Hono<{ Bindings: Bindings }>()

app.use(
  '*',
  nearside<{ Bindings: Bindings }>((c) => {
    // The model is read with the first request: what an isolate does before it is asked counts against its start.
    const set = standaloneOptions(
      readEnvironment(c.env, storeOf(c.env), () => readTextHeads(new Uint8Array(heads))),
      classifierOf(readClassifier(new Uint8Array(model))),
    )
    const { UNPRICED_LIMIT: unpricedLimit, ANALYTICS: analytics } = c.env
    return {
      ...set,
      ...(unpricedLimit === undefined ? {} : { unpricedLimit }),
      ...(analytics === undefined
        ? {}
        : { telemetry: [...(set.telemetry ?? []), analyticsEngine(analytics)] }),
    }
  }, inVariables),
)
app.notFound(notFound)

function storeOf({ BUDGET_LEDGER: ledgers, VERDICT_BOOK: books }: Bindings): EnvironmentStore | null {
  if (ledgers === undefined) return null
  const zone = 'provider:cloudflare'
  const store = durableObjectBudgetStore(ledgers)
  return books === undefined
    ? { store, zone }
    : { store, zone, verdicts: { store: durableObjectVerdictStore(books), zone } }
}

export { BudgetLedger, VerdictBook }
export default app
