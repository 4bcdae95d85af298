/** Alive, able to serve, and what was counted. */
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import type { Desk } from '../desk/desk.ts'
import type { NodeNow } from '../fleet/fleet.ts'
import { nodesText } from '../fleet/nodes-text.ts'
import type { Refusal } from '../fleet/refusals.ts'

/** Alive: the code runs. It asks nothing and nobody. */
export function showHealth(): Response {
  return Response.json({ status: 'ok' })
}

/**
 * Able to serve: the options are right, and something that can answer neither rests nor has just refused the gateway's
 * key. What this isolate has not heard of yet counts as ready, and nobody is asked. Who or what stands behind the gateway is told only to those whom it serves.
 */
export async function showReadiness(c: Context, _id: string, desk: Desk): Promise<Response> {
  const models = desk.field().filter(({ tier }) => tier !== 'edge')
  const ready =
    models.length === 0 ||
    models.some(({ name, standing }) => standing !== 'resting' && !desk.refusals.keyRefusedLately(name))
  const known = await authenticate(c, desk.options).then(
    () => true,
    () => false,
  )
  return Response.json(
    { status: ready ? 'ready' : 'not-ready', ...(known ? standingsOf(desk) : {}) },
    ready ? { status: 200 } : { status: 503, headers: { 'retry-after': '1' } },
  )
}

function standingsOf({ field, nodes, refusals, options, ledger }: Desk) {
  const now = options.now()
  return {
    nodes: Object.fromEntries(
      nodes().map((node) => [node.name, nodeTold(node, refusals.of(node.name), now)]),
    ),
    tiers: Object.fromEntries(field().map(({ name, standing }) => [name, refusals.of(name) ?? standing])),
    store: ledger === null ? 'none' : ledger.answers ? 'ready' : 'resting',
  }
}

/** By its name alone: an address may be a secret of the operator's. */
function nodeTold({ standing, expectedWaitMs, view }: NodeNow, refusal: Refusal | null, now: number) {
  return {
    // What is said of its first model alone is not said of the node.
    standing: refusal === 'key-refused' ? refusal : standing,
    under_way: view.underWay,
    expected_wait_ms: expectedWaitMs === null ? null : Math.round(expectedWaitMs),
    load: view.said,
    heard_ms_ago: Number.isFinite(view.saidAt) ? now - view.saidAt : null,
    model_version: view.version,
  }
}

export async function showMetrics(c: Context, _id: string, desk: Desk): Promise<Response> {
  await authenticate(c, desk.options)
  return new Response(desk.metrics.registry.text() + nodesText(desk.nodes()), {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  })
}
