/** All that is rewritten in an answer on its way: first redacted values, then the ids of tool calls, and then what the host changes. */
import type { Target } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Options } from '../options/resolve-options.ts'
import { type Rewrite, rewriteOf } from '../privacy/restore-events.ts'

/** Null where nothing rewrites: the answer then passes as the upstream wrote it. */
export function rewritingOf(
  call: Call,
  target: Target,
  { rewrite, sessions }: Pick<Options, 'rewrite' | 'sessions'>,
): Rewrite | null {
  if (sessions === null || target.tier !== 'local' || call.request.tools === 0)
    return rewriteOf(call, target.zone, rewrite)
  const tagged = sessions.tagged(call.account.tenant, target)
  return rewriteOf(call, target.zone, rewrite === null ? tagged : (events) => rewrite(tagged(events)))
}
