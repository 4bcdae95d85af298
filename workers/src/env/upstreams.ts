/** The frontier and the local tier, out of the environment's text. Null where one is not set. */

import type { Upstream } from '../options/options.ts'
import { words } from './words.ts'

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
  ['NEARSIDE_LOCAL_ZONE', ['NEARSIDE_LOCAL_URL']],
  ['NEARSIDE_FRONTIER_MODELS', frontierNeeds],
  ['NEARSIDE_FRONTIER_EMBEDDINGS', frontierNeeds],
]

export function readFrontier(settings: Settings): Upstream | null {
  const key = settings.NEARSIDE_FRONTIER_KEY || settings.OPENAI_API_KEY
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
  const nodes = urls.map((url) => ({
    url,
    ...(settings.NEARSIDE_LOCAL_SECRET === '' ? {} : { key: settings.NEARSIDE_LOCAL_SECRET }),
    models: words(settings.NEARSIDE_LOCAL_MODELS || 'nearside-demo'),
    embeddings: words(settings.NEARSIDE_LOCAL_EMBEDDINGS),
    ...(settings.NEARSIDE_LOCAL_ZONE === ''
      ? {}
      : { zone: settings.NEARSIDE_LOCAL_ZONE as NonNullable<Upstream['zone']> }),
  }))
  return nodes.length > 1 ? nodes : (nodes[0] ?? null)
}
