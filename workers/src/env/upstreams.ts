/** The frontier and the local tier, out of the environment's text. Null where one is not set. */

import type { ModelOffer, Upstream } from '../options/options.ts'
import { isSecret, words, wrong } from './words.ts'

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

export function readFrontier(settings: Settings): Upstream | null {
  const keyName = settings.NEARSIDE_FRONTIER_KEY === '' ? 'OPENAI_API_KEY' : 'NEARSIDE_FRONTIER_KEY'
  const key = settings[keyName]
  if (key !== '' && !isSecret(key)) throw wrong(keyName, 'is printable ASCII without spaces')
  const url = settings.NEARSIDE_FRONTIER_URL || (key === '' ? '' : 'https://api.openai.com/v1')
  if (url === '') return null
  return {
    url,
    ...(key === '' ? {} : { key }),
    models: words(settings.NEARSIDE_FRONTIER_MODELS || 'gpt-5,gpt-5-mini'),
    embeddings: words(settings.NEARSIDE_FRONTIER_EMBEDDINGS),
  }
}

/** Several addresses are several nodes that serve the same models, behind one secret. */
export function readLocal(settings: Settings): Upstream | readonly Upstream[] | null {
  const urls = words(settings.NEARSIDE_LOCAL_URL)
  if (urls.some((url) => /\s/.test(url)))
    throw wrong('NEARSIDE_LOCAL_URL', 'is base URLs, separated by commas')
  const able = localAble(settings)
  const nodes = urls.map((url) => ({
    url,
    ...(settings.NEARSIDE_LOCAL_SECRET === '' ? {} : { key: settings.NEARSIDE_LOCAL_SECRET }),
    models: words(settings.NEARSIDE_LOCAL_MODELS || 'nearside-demo').map((model) => ({ model, ...able })),
    embeddings: words(settings.NEARSIDE_LOCAL_EMBEDDINGS),
    ...(settings.NEARSIDE_LOCAL_ZONE === ''
      ? {}
      : { zone: settings.NEARSIDE_LOCAL_ZONE as NonNullable<Upstream['zone']> }),
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
