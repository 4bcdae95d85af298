/**
 * The gateway: Nearside's Worker as it comes, set up by `wrangler.toml` and secrets.
 *
 * To mount it beside routes of your own, make a Hono app here and `use` the middleware of `@nearside/workers` in it.
 */
export { BudgetLedger, default, VerdictBook } from '@nearside/workers/worker'
