import type { JsonObject } from '@nearside/core'
import { expect, it } from 'vitest'
import { refuseUnpriced } from './refuse-unpriced.ts'

it.each<[JsonObject, string]>([
  [{ service_tier: 'priority' }, 'service_tier'],
  [{ service_tier: 'a tier of next year' }, 'service_tier'],
  [{ service_tier: ['priority'] }, 'service_tier'],
  [{ web_search_options: {} }, 'web_search_options'],
  [{ search_parameters: { mode: 'on' } }, 'search_parameters'],
  [{ enable_search: true }, 'enable_search'],
  [{ plugins: [{ id: 'web' }] }, 'plugins'],
  [{ models: ['dearest/of-all'] }, 'models'],
  [{ provider: { order: ['dearest'] } }, 'provider'],
  [{ fallbacks: [{ model: 'dearest' }] }, 'fallbacks'],
  [{ modalities: ['text', 'audio'] }, 'modalities'],
  [{ modalities: 'audio' }, 'modalities'],
  [{ tools: [{ type: 'function' }, { type: 'web_search' }] }, 'tools[1].type'],
])('TRUST 6: what is dearer than the price list says is refused under a budget: %j', (body, param) => {
  expect(() => refuseUnpriced(body)).toThrow(expect.objectContaining({ code: 'bad-request', param }))
})

it.each<JsonObject>([
  {},
  { service_tier: null, web_search_options: null, modalities: null, tools: null },
  { enable_search: false, models: null },
  { service_tier: 'auto', modalities: ['text'], tools: [{ type: 'function' }, { type: 'custom' }] },
  { service_tier: 'default' },
  { service_tier: 'flex' },
])('what costs what the list says, or less, is not: %j', (body) => {
  expect(() => refuseUnpriced(body)).not.toThrow()
})
