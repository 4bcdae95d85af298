/**
 * What a local server that the environment names has to serve. A server of one's own is the first thing that people put
 * in place of the demonstration, and most of them have models under names that nobody could guess: so the server is
 * asked, and whoever has several is told their names.
 */
import { NearsideError } from '@nearside/core'
import type { Upstream } from '@nearside/workers'

/** The models that the first node lists; null where it cannot be reached or has no list. */
export async function modelsOf(
  local: Upstream | readonly Upstream[] | undefined,
  patienceMs: number,
): Promise<readonly string[] | null> {
  const first = [local ?? []].flat()[0]
  if (first === undefined) return null
  try {
    const response = await fetch(`${first.url.replace(/\/+$/, '')}/models`, {
      headers: first.key === undefined ? {} : { authorization: `Bearer ${first.key}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    })
    const { data }: { readonly data?: unknown } = await response.json()
    if (!response.ok || !Array.isArray(data)) return null
    return data.flatMap((entry: unknown) => (isNamed(entry) ? [entry.id] : []))
  } catch {
    return null
  }
}

/** The one model that can be meant where none is named; `toLookAt` says what is odd about the address. */
export function onlyModel(
  url: string,
  listed: readonly string[] | null,
  toLookAt: readonly string[],
): string {
  if (listed?.length === 1) return listed[0]!
  const why =
    listed === null
      ? `${url} was asked for its models and gave no list`
      : `${url} has ${listed.length === 0 ? 'no models' : `the models ${listed.slice(0, 20).join(', ')}`}`
  throw new NearsideError(
    'bad-options',
    `${why}; name what it is to be asked for in NEARSIDE_LOCAL_MODELS, separated by commas.${toLookAt.map((sentence) => ` ${sentence}.`).join('')}`,
  )
}

function isNamed(entry: unknown): entry is { readonly id: string } {
  return typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string'
}
