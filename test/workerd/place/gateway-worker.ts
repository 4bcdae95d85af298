/** The app of many gateways as a Worker, with the Durable Object that keeps budgets. */
import { BudgetLedger } from '@nearside/workers/durable-object'
import { SupervisedSession } from '@nearside/workers/session-object'
import { type GatewayBindings, serveGateway } from './gateway-app.ts'

type Context = NonNullable<Parameters<typeof serveGateway>[2]>

export { BudgetLedger, SupervisedSession }

export default {
  fetch: (request: Request, bindings: GatewayBindings, context: Context): Promise<Response> =>
    serveGateway(request, bindings, context),
}
