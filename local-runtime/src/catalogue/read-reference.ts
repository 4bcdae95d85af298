/**
 * What somebody means who names a model: `smollm2-135m` or `qwen2.5-1.5b:q8_0` out of the catalogue,
 * `owner/name:q4@revision` for any repository of the hub, or a path (`./my-model`) for what is here already.
 *
 * A path begins with a dot, a slash, a tilde or a drive's letter, as a shell's does, so that no folder that
 * happens to be called like a model can stand in for it.
 */
import { NearsideError, nearName } from '@nearside/core'
import type { Catalogue, CatalogueModel, CatalogueVariant } from './catalogue.ts'

export type ModelReference =
  | { readonly type: 'path'; readonly path: string }
  | {
      readonly type: 'catalogue'
      readonly model: CatalogueModel
      readonly variant: CatalogueVariant
      /** Whether the quantisation was named, or is the default. */
      readonly named: boolean
    }
  | {
      readonly type: 'repository'
      readonly repository: string
      readonly quantisation: string | null
      readonly revision: string
    }

const repositoryForm = /^([\w.-]{1,96}\/[\w.-]{1,96})(?::([\w.-]{1,32}))?(?:@([\w./-]{1,128}))?$/
const aliasForm = /^([\w.-]{1,64})(?::([\w.-]{1,32}))?$/

export function readReference(given: string, catalogue: Catalogue): ModelReference {
  if (isPath(given)) return { type: 'path', path: given }
  const alias = aliasForm.exec(given)
  if (alias !== null)
    return fromCatalogue(alias[1]!.toLowerCase(), alias[2]?.toLowerCase() ?? null, catalogue)
  const [, repository, quantisation, revision = 'main'] = repositoryForm.exec(given) ?? []
  if (repository === undefined || [...repository.split('/'), ...revision.split('/')].some(isDots)) {
    throw new NearsideError(
      'bad-options',
      `${given} names no model: say a short name (smollm2-135m:q4), a repository (owner/name:q4) or a path (./folder).`,
      { param: 'model' },
    )
  }
  return { type: 'repository', repository, quantisation: quantisation?.toLowerCase() ?? null, revision }
}

export function isPath(given: string): boolean {
  return /^(?:\.{1,2}$|\.{1,2}[\\/]|[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(given)
}

function fromCatalogue(alias: string, quantisation: string | null, catalogue: Catalogue): ModelReference {
  const model = catalogue.models.find((each) => each.alias === alias)
  if (model === undefined) {
    const known = catalogue.models.map((each) => each.alias)
    const near = nearName(alias, known)
    const instead = near === null ? `there are ${known.join(', ')}.` : `did you mean ${near}?`
    throw new NearsideError('unknown-model', `There is no model ${alias}; ${instead}`, { param: 'model' })
  }
  const wanted = quantisation ?? model.default
  const variant = model.variants.find((each) => each.quantisation === wanted)
  if (variant === undefined) {
    const known = model.variants.map((each) => each.quantisation).join(', ')
    throw new NearsideError('unknown-model', `${alias} has no quantisation ${wanted}; it has ${known}.`, {
      param: 'model',
    })
  }
  return { type: 'catalogue', model, variant, named: quantisation !== null }
}

function isDots(part: string): boolean {
  return part === '.' || part === '..'
}
