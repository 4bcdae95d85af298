/** Alive, able to serve, and what was counted. */
import type { Context } from 'hono'
import type { Desk } from '../desk/desk.ts'

/** Alive: the code runs. It asks nothing and nobody. */
export function showHealth(): Response {
  return Response.json({ status: 'ok' })
}

/**
 * Able to serve: the options are right, and something that can answer is not resting. What this isolate has not
 * heard of yet counts as ready.
 */
export function showReadiness(_c: Context, _id: string, desk: Desk): Response {
  const models = desk.field().filter(({ tier }) => tier !== 'edge')
  const tiers = Object.fromEntries(desk.field().map(({ name, standing }) => [name, standing]))
  const ready = models.length === 0 || models.some(({ standing }) => standing !== 'resting')
  const store = desk.ledger === null ? 'none' : desk.ledger.answers ? 'ready' : 'resting'
  return Response.json(
    { status: ready ? 'ready' : 'not-ready', tiers, store },
    ready ? { status: 200 } : { status: 503, headers: { 'retry-after': '1' } },
  )
}

export function showMetrics(_c: Context, _id: string, desk: Desk): Response {
  return new Response(desk.metrics.registry.text(), {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  })
}
