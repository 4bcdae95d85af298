/**
 * Whether the frontier takes the key that it will be sent, asked once before anybody waits for an answer. A wrong key is
 * the commonest fault of a first day, and the gateway hides it well: it answers nearer instead. Asked is the list of
 * models, which costs nothing.
 */
import type { Upstream } from '@nearside/workers'

/** What is wrong with the first frontier, for a person; null where nothing is known to be. */
export async function lookAtFrontier(
  frontier: Upstream | readonly Upstream[] | undefined,
  patienceMs: number,
): Promise<string | null> {
  const first = [frontier ?? []].flat()[0]
  if (first === undefined) return null
  const { host } = new URL(first.url)
  try {
    const response = await fetch(`${first.url.replace(/\/+$/, '')}/models`, {
      headers: first.key === undefined ? {} : { authorization: `Bearer ${first.key}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    })
    await response.body?.cancel()
    const refused = response.status === 401 || response.status === 403
    return refused ? `${host} does not take this key (status ${response.status})` : null
  } catch {
    return `${host} cannot be reached now`
  }
}
