/** Reads the name of the model that a request asks for: it travels in headers and metrics, so it is short plain ASCII. */
import type { JsonObject } from '../chat/json.ts'
import { wrong } from './fields.ts'
import { requestLimits } from './request-limits.ts'

export function readModel({ model }: JsonObject): string {
  if (typeof model === 'string' && model.length <= requestLimits.modelChars && /^[\x21-\x7e]+$/.test(model)) {
    return model
  }
  throw wrong('model', `a model's name of 1 to ${requestLimits.modelChars} characters without spaces`)
}
