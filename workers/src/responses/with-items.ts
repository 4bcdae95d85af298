/**
 * Puts kept items in the place of references to them.
 *
 * The id of an item is made from its response's (`msg_<response>_<place>`), so the item is found where the response is: in the
 * same tenant, under the same seal, and under no looser level of privacy.
 */
import type { JsonArray, JsonObject, Privacy } from '@nearside/core'
import { NearsideError } from '@nearside/core'
import type { KeptResponses } from '../conversation/kept-responses.ts'

export type Asker = {
  readonly kept: KeptResponses | null
  readonly tenant: string
  readonly privacy: Privacy
}

/** Each is a round trip to the store. */
const mostResponses = 32
/** As much as a conversation that is kept; a reference is short, and may be made ten thousand times. */
const mostChars = 1_000_000

export async function withItems(input: JsonArray, { kept, tenant, privacy }: Asker): Promise<JsonArray> {
  if (!input.some(isReference)) return input
  const found = new Map<string, readonly JsonObject[]>()
  let chars = 0

  async function itemOf(id: string, param: string): Promise<JsonObject> {
    const responseId = `resp_${/^[a-z]+_(\w+)_\d+$/.exec(id)?.[1] ?? ''}`
    if (kept === null || (found.size >= mostResponses && !found.has(responseId))) throw notKept(param)
    const output =
      found.get(responseId) ??
      ((await kept.carriedOn(tenant, responseId, privacy, param)).response.output as readonly JsonObject[])
    found.set(responseId, output)
    const item = output.find((each) => each.id === id)
    if (item === undefined) throw notKept(param)
    chars += JSON.stringify(item).length
    if (chars > mostChars) throw tooLong(param)
    return item
  }

  const items: JsonObject[] = []
  for (const [index, item] of (input as readonly JsonObject[]).entries()) {
    items.push(isReference(item) ? await itemOf(item.id, `input[${index}].id`) : item)
  }
  return items
}

function isReference(item: unknown): item is JsonObject & { readonly id: string } {
  return typeof item === 'object' && item !== null && 'type' in item && item.type === 'item_reference'
}

function notKept(param: string): NearsideError {
  return new NearsideError(
    'bad-request',
    `${param} must be the id of an item that is kept here, of ${mostResponses} responses at most; else send the item itself.`,
    { param },
  )
}

function tooLong(param: string): NearsideError {
  return new NearsideError(
    'bad-request',
    `${param} must refer to items that have ${mostChars} characters at most, all of them together.`,
    { param },
  )
}
