/** The frontier and the local tier, out of the environment's text. Null where one is not set. */

import { type Catalogue, isZone, priceOf } from '@nearside/core'
import type { ModelOffer, Upstream } from '../options/options.ts'
import { readUrl } from '../options/resolve-upstreams.ts'
import { words, wrong } from './words.ts'

type Settings = Readonly<
  Record<
    | 'NEARSIDE_FRONTIER_URL'
    | 'NEARSIDE_FRONTIER_KEY'
    | 'NEARSIDE_FRONTIER_MODELS'
    | 'NEARSIDE_FRONTIER_EMBEDDINGS'
    | 'OPENAI_API_KEY'
    | 'NEARSIDE_LOCAL_URL'
    | 'NEARSIDE_LOCAL_SECRET'
    | 'NEARSIDE_LOCAL_MODELS'
    | 'NEARSIDE_LOCAL_EMBEDDINGS'
    | 'NEARSIDE_LOCAL_CONTEXT_TOKENS'
    | 'NEARSIDE_LOCAL_TAKES'
    | 'NEARSIDE_LOCAL_ZONE',
    string
  >
>

type Name = keyof Settings

const frontierNeeds: readonly Name[] = ['NEARSIDE_FRONTIER_URL', 'NEARSIDE_FRONTIER_KEY', 'OPENAI_API_KEY']

/** What says something of an upstream alone, with what it needs to have one. */
export const idleUpstreams: readonly (readonly [name: Name, needs: readonly Name[]])[] = [
  ['NEARSIDE_LOCAL_SECRET', ['NEARSIDE_LOCAL_URL']],
  ['NEARSIDE_LOCAL_MODELS', ['NEARSIDE_LOCAL_URL']],
  ['NEARSIDE_LOCAL_EMBEDDINGS', ['NEARSIDE_LOCAL_URL']],
  ['NEARSIDE_LOCAL_CONTEXT_TOKENS', ['NEARSIDE_LOCAL_URL']],
  ['NEARSIDE_LOCAL_TAKES', ['NEARSIDE_LOCAL_URL']],
  ['NEARSIDE_LOCAL_ZONE', ['NEARSIDE_LOCAL_URL']],
  ['NEARSIDE_FRONTIER_MODELS', frontierNeeds],
  ['NEARSIDE_FRONTIER_EMBEDDINGS', frontierNeeds],
]

export function readFrontier(settings: Settings, prices: Catalogue): Upstream | null {
  const key = settings.NEARSIDE_FRONTIER_KEY || settings.OPENAI_API_KEY
  const url = settings.NEARSIDE_FRONTIER_URL || (key === '' ? '' : 'https://api.openai.com/v1')
  if (url === '') return null
  readUrl(url, 'NEARSIDE_FRONTIER_URL')
  const models = words(settings.NEARSIDE_FRONTIER_MODELS || 'gpt-5,gpt-5-mini')
  for (const model of models) refuseUnpriced(model, prices)
  return {
    url,
    ...(key === '' ? {} : { key }),
    models,
    embeddings: words(settings.NEARSIDE_FRONTIER_EMBEDDINGS),
  }
}

const endOfTime = '9999-12-31'

/** Refused by the variable that mends it: whoever sets a model here has not read the options. */
function refuseUnpriced(model: string, prices: Catalogue): void {
  if (priceOf(model, endOfTime, prices) !== null) return
  const shown = JSON.stringify({ [model]: { prices: [{ since: '2026-01-01', prompt: 1, output: 4 }] } })
  throw wrong(
    'NEARSIDE_PRICES',
    `needs ${model}, which NEARSIDE_FRONTIER_MODELS names and the catalogue has no price of, since unknown is not free. In dollars a million tokens: ${shown}`,
  )
}

/** Several addresses are several nodes that serve the same models, behind one secret. */
export function readLocal(settings: Settings): Upstream | readonly Upstream[] | null {
  const urls = words(settings.NEARSIDE_LOCAL_URL)
  for (const url of urls) readUrl(url, 'NEARSIDE_LOCAL_URL')
  const zone = settings.NEARSIDE_LOCAL_ZONE
  if (zone !== '' && (!isZone(zone) || zone === 'gateway'))
    throw wrong('NEARSIDE_LOCAL_ZONE', 'is premises or provider:<name>')
  const able = localAble(settings)
  const nodes = urls.map((url) => ({
    url,
    ...(settings.NEARSIDE_LOCAL_SECRET === '' ? {} : { key: settings.NEARSIDE_LOCAL_SECRET }),
    models: words(settings.NEARSIDE_LOCAL_MODELS || 'nearside-demo').map((model) => ({ model, ...able })),
    embeddings: words(settings.NEARSIDE_LOCAL_EMBEDDINGS),
    ...(zone === '' ? {} : { zone }),
  }))
  return nodes.length > 1 ? nodes : (nodes[0] ?? null)
}

/** What the local models take: how much at once, and what beside text. */
function localAble(settings: Settings): Pick<ModelOffer, 'contextTokens' | 'tools' | 'images'> {
  const { NEARSIDE_LOCAL_CONTEXT_TOKENS: tokens, NEARSIDE_LOCAL_TAKES: takes } = settings
  if (tokens !== '' && !/^[1-9]\d{0,8}$/.test(tokens))
    throw wrong('NEARSIDE_LOCAL_CONTEXT_TOKENS', 'is a whole number from 1')
  const taken = words(takes)
  for (const word of taken) {
    if (word !== 'tools' && word !== 'images')
      throw wrong('NEARSIDE_LOCAL_TAKES', `is tools, images or both, separated by a comma, but was ${takes}`)
  }
  return {
    ...(tokens === '' ? {} : { contextTokens: Number(tokens) }),
    tools: taken.includes('tools'),
    images: taken.includes('images'),
  }
}
