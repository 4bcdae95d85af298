/** All that is rewritten in an answer on its way: first redacted values, then the ids of tool calls, and then what the host changes. */
import type { Call } from '../call/call.ts'
import type { Options } from '../options/resolve-options.ts'
import { type Rewrite, rewriteOf } from '../privacy/restore-events.ts'
import type { Served } from '../run/served.ts'

/** The ids of a supervised session are its own. Null where nothing rewrites: the answer then passes as the upstream wrote it. */
export function rewritingOf(
  call: Call,
  { target, plan }: Pick<Served, 'target' | 'plan'>,
  { rewrite, sessions }: Pick<Options, 'rewrite' | 'sessions'>,
): Rewrite | null {
  // Under supervision they carry that session, and there is no room for both.
  const named = target.tier === 'local' && plan.check?.kind !== 'supervised'
  if (sessions === null || !named || call.request.tools === 0) return rewriteOf(call, target.zone, rewrite)
  const tagged = sessions.tagged(call.account.tenant, target)
  return rewriteOf(call, target.zone, rewrite === null ? tagged : (events) => rewrite(tagged(events)))
}
