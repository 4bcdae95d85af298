/** A model by whatever name somebody gave it: pulled from the hub, or linked where the name is a path. */
import { type Catalogue, loadCatalogue } from '../catalogue/catalogue.ts'
import { readReference } from '../catalogue/read-reference.ts'
import type { HubAddress } from '../hub/address.ts'
import { type Linked, linkModel } from './link.ts'
import { type Pulled, type PullProgress, pullModel } from './pull.ts'

export type FetchOptions = {
  /** The folder of all models. */
  readonly folder: string
  readonly hub: HubAddress
  readonly signal: AbortSignal
  readonly onProgress?: (progress: PullProgress) => void
  /** @default the one that comes with the package */
  readonly catalogue?: Catalogue
  /** @default the global one */
  readonly fetch?: typeof fetch
  /** How long the hub may be silent. @default 30000 */
  readonly idleTimeoutMs?: number
  /** How often a question is put that brings nothing. @default 5 */
  readonly attempts?: number
  readonly freeBytes?: (folder: string) => Promise<number>
}

export type Fetched = ({ readonly type: 'pulled' } & Pulled) | ({ readonly type: 'linked' } & Linked)

export async function fetchModel(given: string, options: FetchOptions): Promise<Fetched> {
  const reference = readReference(given, options.catalogue ?? loadCatalogue())
  if (reference.type === 'path') {
    const home = process.env.HOME ?? '~'
    return {
      type: 'linked',
      ...(await linkModel(reference.path.replace(/^~(?=[\\/])/, home), options.folder)),
    }
  }
  const request =
    reference.type === 'catalogue'
      ? {
          name: reference.model.alias,
          repository: reference.variant.repository,
          revision: 'main',
          weights: reference.variant.weights,
          quantisation: reference.variant.quantisation,
          model: reference.model,
        }
      : { ...reference, name: reference.repository, weights: null, model: null }
  const pulled = await pullModel(request, {
    folder: options.folder,
    hub: options.hub,
    signal: options.signal,
    fetch: options.fetch ?? fetch,
    idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
    attempts: options.attempts ?? 5,
    random: Math.random,
    now: Date.now,
    onProgress: options.onProgress ?? (() => {}),
    ...(options.freeBytes === undefined ? {} : { freeBytes: options.freeBytes }),
  })
  return { type: 'pulled', ...pulled }
}
