/** The tokens that an attempt took, for limits: what the upstream said, else what was seen of it; null where nobody knows. */
import type { Ending } from '@nearside/core'

export function usedTokens(ending: Ending): number | null {
  switch (ending.type) {
    case 'refused':
      return 0
    case 'usage-given':
      return whole(ending.usage.promptTokens + ending.usage.outputTokens)
    case 'ended-without-usage':
      return whole(ending.promptTokens + ending.outputTokens)
    case 'cut':
    case 'hung-up':
      return ending.heard ? whole(ending.promptTokens + ending.outputTokens) : null
  }
}

// A broken usage must not be refused by the store: then nothing at all would be charged.
function whole(tokens: number): number {
  return tokens > 0 ? Math.min(Math.ceil(tokens), Number.MAX_SAFE_INTEGER) : 0
}
