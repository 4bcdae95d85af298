/**
 * From the upstreams that the host named to the targets that the router may choose: one for each model offered.
 *
 * A target's zone is its host's unless the operator declares another: that something stands on premises is a
 * promise only a person can make. A frontier model needs a price, its own or the catalogue's: a call whose cost is
 * unknown cannot be held under any cap.
 */
import {
  type AnswerWhole,
  type BodyChange,
  type Catalogue,
  type ChatRequest,
  contextTokensOf,
  embeddingBody,
  hopHeader,
  isZone,
  type Price,
  priceOf,
  readAnswer,
  readEmbeddingAnswer,
  type Target,
  upstreamBody,
  withoutIgnored,
  type Zone,
} from '@nearside/core'
import { checkKeys, checkWhole, isModelName, isObject, wrong } from './checks.ts'
import type { EmbeddingOffer, ModelOffer, NearsideOptions, Upstream } from './options.ts'

export type Endpoint = {
  readonly url: string
  readonly speech: Speech
  /** What goes with every call there, made once: turning names and values into headers takes longer than deciding. */
  readonly headers: { readonly whole: Headers; readonly stream: Headers }
  readonly limitField: 'max_tokens' | 'max_completion_tokens'
  /** Null where the gateway's `fetch` carries calls. */
  readonly send: NonNullable<Upstream['send']> | null
}

/** What an endpoint is asked in, and how its whole answers are read. */
export type Speech = {
  body(request: ChatRequest, change: BodyChange): string
  answer(text: string): AnswerWhole
  /** A longer answer is an attack on our memory. */
  readonly mostBytes: number
}

const chat: Speech = { body: upstreamBody, answer: readAnswer, mostBytes: 16 * 1024 * 1024 }

/** A server of the operator's own may be strict about fields that only a provider has a use for. */
const localChat: Speech = {
  ...chat,
  body: (request, change) => upstreamBody({ ...request, body: withoutIgnored(request.body) }, change),
}

/** OpenAI's 2,048 inputs of 1,536 numbers in base64, twice over. */
const embeddings: Speech = {
  body: (request, change) => embeddingBody(request.body, change.model),
  answer: readEmbeddingAnswer,
  mostBytes: 32 * 1024 * 1024,
}

const localEmbeddings: Speech = {
  ...embeddings,
  body: (request, change) => embeddingBody(withoutIgnored(request.body), change.model),
}

export type ResolvedUpstream = {
  readonly target: Target
  readonly endpoint: Endpoint
  readonly embeds: boolean
}

type Tier = 'local' | 'frontier'

type Prices = { readonly own: Catalogue; readonly day: string }

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

const offerKeys: Readonly<Record<keyof ModelOffer, true>> = {
  model: true,
  price: true,
  contextTokens: true,
  tools: true,
  images: true,
}

const embeddingKeys: Readonly<Record<keyof EmbeddingOffer, true>> = {
  model: true,
  price: true,
  contextTokens: true,
}

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
  if (!isObject(upstream)) throw wrong(path, 'is an object with a url and models')
  checkKeys(upstream, upstreamKeys, path)
  const { name = defaultName } = upstream
  if (typeof name !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    throw wrong(`${path}.name`, 'has 1 to 64 letters, digits, dots, dashes and underscores')
  }
  const url = readUrl(upstream.url, path)
  const zone = upstream.zone ?? (`provider:${url.host}` as Zone)
  // The gateway's own memory is no upstream's: what is sent to one has left it.
  if (!isZone(zone) || zone === 'gateway') throw wrong(`${path}.zone`, 'is premises or provider:<name>')
  if (
    upstream.key !== undefined &&
    !(typeof upstream.key === 'string' && /^[\x21-\x7e]+$/.test(upstream.key))
  ) {
    throw wrong(`${path}.key`, 'is printable ASCII without spaces')
  }
  const { embeddings: embedding = [] } = upstream
  if (!Array.isArray(embedding)) throw wrong(`${path}.embeddings`, 'is a list of models')
  if (!Array.isArray(upstream.models) || upstream.models.length + embedding.length === 0) {
    throw wrong(`${path}.models`, 'names at least one model')
  }
  if (upstream.limitField !== undefined && !limitFields.includes(upstream.limitField)) {
    throw wrong(`${path}.limitField`, `is ${limitFields.join(' or ')}`)
  }

  if (upstream.send !== undefined && typeof upstream.send !== 'function') {
    throw wrong(`${path}.send`, 'is a function such as workersAi() brings')
  }

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

/** As nearly every call needs them: of a caller that came straight here, without a trace. */
function headersFor(key: string | undefined, accept: string): Headers {
  return new Headers({
    'content-type': 'application/json',
    accept,
    'accept-encoding': 'identity',
    [hopHeader]: '1',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  })
}

function readOffer(
  given: string | ModelOffer,
  tier: Tier,
  path: string,
  prices: Prices,
): Pick<Target, 'model' | 'price' | 'contextTokens' | 'tools' | 'images'> {
  const offer: ModelOffer = typeof given === 'string' ? { model: given } : given
  if (!isObject(offer)) throw wrong(path, 'is a model’s name, or an object with one')
  checkKeys(offer, offerKeys, path)
  if (!isModelName(offer.model)) throw wrong(`${path}.model`, 'is a model’s name, in ASCII without spaces')
  if (offer.contextTokens !== undefined) checkWhole(offer.contextTokens, `${path}.contextTokens`, 1e9)
  for (const able of ['tools', 'images'] as const) {
    if (offer[able] !== undefined && typeof offer[able] !== 'boolean')
      throw wrong(`${path}.${able}`, 'is true or false')
  }
  const frontier = tier === 'frontier'
  return {
    model: offer.model,
    price: readPrice(offer, frontier ? priceOf(offer.model, prices.day, prices.own) : null, frontier, path),
    contextTokens:
      offer.contextTokens ?? (frontier ? (contextTokensOf(offer.model, prices.own) ?? 128_000) : 8_192),
    tools: offer.tools ?? frontier,
    images: offer.images ?? frontier,
  }
}

function readEmbeddingOffer(
  given: string | EmbeddingOffer,
  tier: Tier,
  path: string,
  prices: Prices,
): ReturnType<typeof readOffer> {
  if (typeof given !== 'string') {
    if (!isObject(given)) throw wrong(path, 'is a model’s name, or an object with one')
    checkKeys(given, embeddingKeys, path)
  }
  return { ...readOffer(given, tier, path, prices), tools: false, images: false }
}

function readPrice(offer: ModelOffer, listed: Price | null, frontier: boolean, path: string): Price | null {
  if (offer.price === 'free') return null
  const price = offer.price ?? listed
  if (price === null && frontier) {
    throw wrong(
      `${path}.price`,
      `is needed: the catalogue has none for ${offer.model}, and unknown is not free`,
    )
  }
  if (price !== null) checkPrice(price, `${path}.price`)
  return price
}

function checkPrice(price: Price, path: string): void {
  if (!isObject(price)) throw wrong(path, 'is an object of rates, or free')
  if (price.longContext === undefined)
    throw wrong(`${path}.longContext`, 'is null, or the rates of long prompts')
  for (const rates of [price, ...(price.longContext === null ? [] : [price.longContext])]) {
    for (const rate of [rates.prompt, rates.cachedPrompt, rates.output]) {
      if (!Number.isSafeInteger(rate) || rate < 0) {
        throw wrong(path, 'has whole nano-dollars a token: a dollar for a million tokens is 1000')
      }
    }
  }
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
