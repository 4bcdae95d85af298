/**
 * One look at a node of the operator's own: `GET /v1/load`, bounded in time and bytes, redirects not followed.
 *
 * Any answer tells that the node is alive. A server of another kind has no such page; then its load stays unknown, and is
 * inferred from how it answers.
 */
import { nodeHeaders, type ProbeReport, readLoad, readNodePage, type Zone } from '@nearside/core'
import { passGate } from '../gate/gate.ts'
import { readBounded } from '../tiers/read-bounded.ts'

export type Lookout = { readonly url: string; readonly headers: Headers; readonly zone: Zone }

/** Null where it is down. Never rejects. */
export async function lookAt(
  { url, headers, zone }: Lookout,
  send: typeof fetch,
): Promise<ProbeReport | null> {
  // No text goes with it; the gate is passed all the same, since nothing leaves without it.
  passGate({ level: 'public', providers: [] }, zone)
  try {
    const response = await send(url, { redirect: 'manual', headers, signal: AbortSignal.timeout(longestMs) })
    const load = readLoad(response.headers.get(nodeHeaders.load) ?? '')
    const text = await readBounded(response, mostBytes)
    if (response.status >= 500 && load === null) return null
    const page = response.ok && load !== null ? readNodePage(text) : null
    return {
      load,
      version: versionIn(response.headers),
      contextTokens: page?.contextTokens ?? null,
      admits: response.status < 500 && page?.admits !== false,
    }
  } catch {
    return null
  }
}

const longestMs = 2_000
const mostBytes = 65_536

/** A version as it may be kept and shown: short, printable, without spaces. */
export function versionIn(headers: Headers): string | null {
  const version = headers.get(nodeHeaders.modelVersion)
  return version !== null && /^[\x21-\x7e]{1,128}$/.test(version) ? version : null
}
