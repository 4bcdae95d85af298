/**
 * Keeps responses with the conversation that led to them, sealed for their tenant, and finds them again.
 *
 * A response carries its level of privacy with it: what was said under a stricter one is not carried on under a looser one,
 * and what may not lie in the store's zone is neither kept there nor asked for there: a store that is asked learns who asks.
 * Keeping is a service and no promise of the answer: where the store fails or takes longer than it may, the answer is given all
 * the same, and says that it is not kept.
 */
import {
  isNearsideError,
  type JsonArray,
  type JsonObject,
  mayGo,
  NearsideError,
  type Privacy,
  type PrivacyLevel,
  strictest,
} from '@nearside/core'
import type { Responses } from '../options/resolve-responses.ts'
import type { Seal } from '../replay/seal.ts'
import { openSeals } from '../replay/seals.ts'
import { within } from '../within/within.ts'

export type KeptResponse = {
  readonly response: JsonObject
  /** The items of the conversation so far, this response's output with them; instructions are each turn's own. */
  readonly items: JsonArray
  readonly level: PrivacyLevel
}

export type KeptResponses = {
  mayKeep(privacy: Privacy): boolean
  /** Whether it is kept. */
  save(tenant: string, id: string, kept: KeptResponse): Promise<boolean>
  load(tenant: string, id: string): Promise<KeptResponse | null>
  /**
   * What a next turn carries on; refuses where there is nothing, where that turn's privacy is too loose for it, or too strict
   * for the store to be asked. `param` is the field that names it.
   */
  carriedOn(tenant: string, id: string, privacy: Privacy, param: string): Promise<KeptResponse>
  remove(tenant: string, id: string): Promise<boolean>
}

/** More is not worth a store's room, and would be sent up with each turn. */
const mostChars = 1_000_000

/** Each round trip to the store has `storeMs`. */
export function openKeptResponses(
  { store, secret, previousSecret, zone, keepMs }: Responses,
  storeMs: number,
): KeptResponses {
  const sealOf = openSeals(secret)
  const seals = previousSecret === undefined ? [sealOf] : [sealOf, openSeals(previousSecret)]
  // No idempotency key has a space, so none is named like a response.
  const nameBy = (seal: Seal, id: string): Promise<string> => seal.name(`response ${id}`)

  async function load(tenant: string, id: string): Promise<KeptResponse | null> {
    if (!isResponseId(id)) return null
    for (const its of seals) {
      const seal = await its(tenant)
      const name = await nameBy(seal, id)
      const sealed = await asked(() => store.load(tenant, name), storeMs)
      // It was sealed by this gateway, so nobody else can have written it.
      if (sealed !== null) return JSON.parse(await seal.open(name, sealed)) as KeptResponse
    }
    return null
  }

  return {
    mayKeep: (privacy) => mayGo(privacy, zone),
    async save(tenant, id, kept) {
      const text = JSON.stringify(kept)
      if (text.length > mostChars || !isResponseId(id)) return false
      try {
        const seal = await sealOf(tenant)
        const name = await nameBy(seal, id)
        const sealed = await seal.close(name, text)
        await within(() => store.save(tenant, name, sealed, keepMs), storeMs)
        return true
      } catch {
        return false
      }
    },
    load,
    async carriedOn(tenant, id, privacy, param) {
      const { level } = privacy
      if (!mayGo(privacy, zone)) {
        throw new NearsideError(
          'privacy-refused',
          `This request is marked ${level}, and ${zone} may not be asked for it: send the whole conversation as input. Nothing was sent.`,
          { param },
        )
      }
      const kept = await load(tenant, id)
      if (kept === null) {
        throw new NearsideError(
          'bad-request',
          `${param} must be the id of what is kept here; it may have expired.`,
          { param },
        )
      }
      if (strictest(level, kept.level) === level) return kept
      throw new NearsideError(
        'privacy-refused',
        `That response was marked ${kept.level}: send x-nearside-privacy: ${kept.level} to carry it on. Nothing was sent.`,
        { param },
      )
    },
    async remove(tenant, id) {
      if (!isResponseId(id)) return false
      for (const its of seals) {
        const name = await nameBy(await its(tenant), id)
        if (await asked(() => store.remove(tenant, name), storeMs)) return true
      }
      return false
    },
  }
}

/** What a store of the host's own throws may quote what it was given, and stays inside. */
async function asked<T>(call: () => Promise<T>, limitMs: number): Promise<T> {
  try {
    return await within(call, limitMs)
  } catch (cause) {
    if (isNearsideError(cause)) throw cause
    throw new NearsideError('store-failed', 'The store of responses does not answer.', { cause })
  }
}

function isResponseId(id: string): boolean {
  return /^resp_[0-9A-Za-z_]{1,64}$/.test(id)
}
