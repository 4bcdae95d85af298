/**
 * A Worker that puts the Durable Object store behind HTTP, for tests: it runs in workerd, calls the ledger over real
 * RPC, and lets the test set the ledger's clock.
 */
import { BudgetLedger } from '../../workers/src/budget/durable-object.ts'
import {
  durableObjectBudgetStore,
  type LedgerNamespace,
} from '../../workers/src/budget/durable-object-store.ts'

let clock = 0

export class ClockedLedger extends BudgetLedger {
  protected override now(): number {
    return clock
  }
}

type Asked = { readonly verb: string; readonly args: readonly unknown[] }

export default {
  async fetch(request: Request, env: { readonly LEDGER: LedgerNamespace }): Promise<Response> {
    const { verb, args } = (await request.json()) as Asked
    if (verb === 'setClock') {
      clock = Number(args[0])
      return Response.json({ value: null })
    }
    const store = durableObjectBudgetStore(env.LEDGER) as unknown as Record<
      string,
      (...args: readonly unknown[]) => Promise<unknown>
    >
    try {
      return Response.json({ value: await store[verb]?.(...args) })
    } catch (error) {
      return Response.json({ error })
    }
  },
}
