/** Who asks for a model by name gets that model or an error; `auto` and `local` are how a gateway's caller asks for whatever there is. */
import { NearsideError } from '@nearside/core'
import type { EngineModel } from '../engine/engine.ts'

export function refuseUnknownModel(asked: string, model: EngineModel): void {
  if (asked === model.name || asked === 'auto' || asked === 'local') return
  const message = `This server runs ${model.name}; ask for it by that name or as local.`
  throw new NearsideError('unknown-model', message, { param: 'model' })
}
