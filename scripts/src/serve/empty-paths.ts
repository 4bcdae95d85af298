/**
 * Addresses that are probably half an address: a base URL without a path. Calls go to what stands there with
 * `/chat/completions` behind it, and most APIs have theirs under a version. It is a thing to look at and never an error:
 * some providers have it elsewhere, and a proxy of somebody's own may have it at its root.
 */
import type { Upstream } from '@nearside/workers'

export type Upstreams = {
  readonly [tier in 'frontier' | 'local']?: Upstream | readonly Upstream[]
}

/** A sentence for each address without a path, by its variable. */
export function emptyPaths({ frontier, local }: Upstreams): readonly string[] {
  return [...sentencesOf('NEARSIDE_FRONTIER_URL', frontier), ...sentencesOf('NEARSIDE_LOCAL_URL', local)]
}

function sentencesOf(variable: string, upstreams: Upstreams['local']): readonly string[] {
  return [upstreams ?? []]
    .flat()
    .map(({ url }) => new URL(url))
    .filter(({ pathname }) => pathname === '/')
    .map(
      ({ origin }) =>
        `${variable} has no path, so calls go to ${origin}/chat/completions; most APIs want ${origin}/v1`,
    )
}
