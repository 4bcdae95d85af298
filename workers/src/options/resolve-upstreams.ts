/**
 * From the upstreams that the host named to the targets that the router may choose: one for each model offered.
 *
 * A target's zone is its host's unless the operator declares another: that something stands on premises is a
 * promise only a person can make.
 */
import { isZone, type Target, type Zone } from '@nearside/core'
import { checkKeys, isObject, wrong } from './checks.ts'
import { chat, type Endpoint, embeddings, headersFor, localChat, localEmbeddings } from './endpoint.ts'
import { type Prices, readEmbeddingOffer, readOffer, type Tier } from './model-offers.ts'
import type { NearsideOptions, Upstream } from './options.ts'

export type ResolvedUpstream = {
  readonly target: Target
  readonly endpoint: Endpoint
  readonly embeds: boolean
}

const upstreamKeys: Readonly<Record<keyof Upstream, true>> = {
  name: true,
  url: true,
  key: true,
  models: true,
  embeddings: true,
  zone: true,
  limitField: true,
  send: true,
}

const limitFields: readonly Endpoint['limitField'][] = ['max_tokens', 'max_completion_tokens']

export function resolveUpstreams(given: NearsideOptions, now: number): readonly ResolvedUpstream[] {
  const prices = { own: given.prices ?? new Map(), day: dayOf(now) }
  const each = (tier: Tier): readonly ResolvedUpstream[] =>
    listOf(given[tier]).flatMap((upstream, i, all) => {
      const [path, name] = all.length === 1 ? [tier, tier] : [`${tier}[${i}]`, `${tier}-${i + 1}`]
      return resolveOne(upstream, tier, path, name, prices)
    })
  const resolved = [...each('local'), ...each('frontier')]
  const names = new Set<string>(['edge'])
  for (const { target } of resolved) {
    if (names.has(target.name))
      throw wrong('name', `of an upstream must be its own, but ${target.name} is there twice`)
    names.add(target.name)
  }
  return resolved
}

function listOf(given: Upstream | readonly Upstream[] | undefined): readonly Upstream[] {
  if (given === undefined) return []
  return Array.isArray(given) ? given : [given as Upstream]
}

function resolveOne(
  upstream: Upstream,
  tier: Tier,
  path: string,
  defaultName: string,
  prices: Prices,
): readonly ResolvedUpstream[] {
  checkUpstream(upstream, path)
  const { name = defaultName, embeddings: embedding = [] } = upstream
  const url = readUrl(upstream.url, path)
  const zone = upstream.zone ?? (`provider:${url.host}` as Zone)
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const endpoint: Endpoint = {
    url: `${base}/chat/completions`,
    speech: tier === 'local' ? localChat : chat,
    headers: {
      whole: headersFor(upstream.key, 'application/json'),
      stream: headersFor(upstream.key, 'text/event-stream'),
    },
    limitField: upstream.limitField ?? (tier === 'local' ? 'max_tokens' : 'max_completion_tokens'),
    send: upstream.send ?? null,
  }
  const chats = upstream.models.map((offer, position) => ({
    endpoint,
    embeds: false,
    target: {
      ...readOffer(offer, tier, `${path}.models[${position}]`, prices),
      name: position === 0 ? name : `${name}/${position + 1}`,
      tier,
      zone,
      byNameOnly: position > 0,
    },
  }))
  const embedders = embedding.map((offer, position) => ({
    endpoint: {
      ...endpoint,
      url: `${base}/embeddings`,
      speech: tier === 'local' ? localEmbeddings : embeddings,
    },
    embeds: true,
    target: {
      ...readEmbeddingOffer(offer, tier, `${path}.embeddings[${position}]`, prices),
      name: `${name}/embeddings${position === 0 ? '' : `/${position + 1}`}`,
      tier,
      zone,
      // The vectors of two models cannot be compared, so nobody but the caller may choose.
      byNameOnly: true,
    },
  }))
  return [...chats, ...embedders]
}

function checkUpstream(upstream: Upstream, path: string): void {
  if (!isObject(upstream)) throw wrong(path, 'is an object with a url and models')
  checkKeys(upstream, upstreamKeys, path)
  const { name, zone, key, models, embeddings: embedding = [], limitField, send } = upstream
  if (name !== undefined && !(typeof name === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(name)))
    throw wrong(`${path}.name`, 'has 1 to 64 letters, digits, dots, dashes and underscores')
  // The gateway's own memory is no upstream's: what is sent to one has left it.
  if (zone !== undefined && (!isZone(zone) || zone === 'gateway'))
    throw wrong(`${path}.zone`, 'is premises or provider:<name>')
  // Almost always a binding that was never set: every call would go out without a key, and be refused there.
  if (Object.hasOwn(upstream, 'key') && key === undefined)
    throw wrong(
      `${path}.key`,
      'is undefined: set the secret that it comes from, or leave key out where no key is asked for',
    )
  if (key !== undefined && !(typeof key === 'string' && /^[\x21-\x7e]+$/.test(key)))
    throw wrong(`${path}.key`, 'is printable ASCII without spaces')
  if (!Array.isArray(embedding)) throw wrong(`${path}.embeddings`, 'is a list of models')
  if (!Array.isArray(models) || models.length + embedding.length === 0)
    throw wrong(`${path}.models`, 'is a list of at least one model')
  if (limitField !== undefined && !limitFields.includes(limitField))
    throw wrong(`${path}.limitField`, `is ${limitFields.join(' or ')}`)
  if (send !== undefined && typeof send !== 'function')
    throw wrong(`${path}.send`, 'is a function such as workersAi() brings')
}

function readUrl(text: string, path: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw wrong(
      `${path}.url`,
      'is a base URL such as https://api.openai.com/v1, without credentials or query',
    )
  }
  return url
}

/** While a Worker is loaded its clock stands at zero: then any price will do, until the day is known. */
function dayOf(now: number): string {
  return now === 0 ? '9999-12-31' : new Date(now).toISOString().slice(0, 10)
}
