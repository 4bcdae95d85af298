/**
 * Where the hub is, and what it is told of us. A token is a key to somebody's account: the one for Hugging
 * Face goes to Hugging Face only, so that naming a mirror does not hand it over; a mirror gets the token that
 * was set for it.
 */
import { NearsideError } from '@nearside/core'
import { HubFault } from './fault.ts'

export type HubAddress = {
  /** Without a slash at its end. */
  readonly url: string
  readonly origin: string
  readonly token: string | null
}

const defaultHub = 'https://huggingface.co'

export function hubAddress(
  given: string | null,
  env: Readonly<Record<string, string | undefined>>,
): HubAddress {
  const text = given ?? env.NEARSIDE_HUB_URL ?? defaultHub
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new NearsideError(
      'bad-options',
      'The address of a hub is an http or https URL, as https://huggingface.co.',
      {
        param: 'hub',
      },
    )
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new NearsideError(
      'bad-options',
      "A hub's address holds no user, password or query; a token is given as NEARSIDE_HUB_TOKEN.",
      { param: 'hub' },
    )
  }
  const isOwn = url.origin === defaultHub
  const token = env.NEARSIDE_HUB_TOKEN ?? (isOwn ? env.HF_TOKEN : undefined) ?? null
  if (token !== null && !/^[\x21-\x7e]{1,512}$/.test(token)) {
    throw new NearsideError('bad-options', 'The token for the hub has spaces or other odd characters.')
  }
  if (token !== null && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new NearsideError(
      'bad-options',
      'A token is not sent over plain http; use an https address for the hub.',
      {
        param: 'hub',
      },
    )
  }
  return { url: url.href.replace(/\/+$/, ''), origin: url.origin, token }
}

/** The address that a redirect leads to; it may leave the hub, but neither https nor the web. */
export function redirectTarget(location: string | null, from: URL): URL {
  const target = location === null ? null : URL.parse(location, from)
  if (target === null || !['http:', 'https:'].includes(target.protocol)) {
    throw new HubFault('tier-failed', `${from.host} redirects to no address of the web.`, false)
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw new HubFault(
      'tier-failed',
      `${from.host} redirects from https to plain http, which is refused.`,
      false,
    )
  }
  return target
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
