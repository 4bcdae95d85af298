/**
 * As much of a node's `GET /v1/load` as the gateway goes by, beside the load that its header says. It comes from a machine
 * that may be broken or hostile: what is not as it should be counts as not said.
 */
import type { JsonValue } from '../chat/json.ts'
import { isJsonObject } from './json-object.ts'

export type NodePage = {
  /** Whether it takes calls now. A page that does not say so was answered, which is as good. */
  readonly admits: boolean
  /** The context of the model that it runs. */
  readonly contextTokens: number | null
}

export function readNodePage(text: string): NodePage {
  let page: JsonValue
  try {
    page = JSON.parse(text) as JsonValue
  } catch {
    return { admits: true, contextTokens: null }
  }
  if (!isJsonObject(page)) return { admits: true, contextTokens: null }
  const { standing = 'ready', model = null } = page
  const contextTokens = isJsonObject(model) ? model.contextTokens : null
  const isSize = typeof contextTokens === 'number' && Number.isSafeInteger(contextTokens) && contextTokens > 0
  return { admits: standing === 'ready', contextTokens: isSize ? contextTokens : null }
}
