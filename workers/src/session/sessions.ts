/**
 * Sessions: what a conversation brings with it is read from the conversation itself, and from a sealed word that its caller keeps.
 * There is no store, so none can be lost, and no isolate has to be met twice.
 */
import type { ChatEvent, ChatMessage, ChatRequest, Maker, Pin, SessionState } from '@nearside/core'
import { openSeals } from '../replay/seals.ts'
import { renameInEvent, renameInRequest } from './rename-calls.ts'
import { openSession, sealSession } from './session-token.ts'
import { type Author, makerOf, type ToolCallKey, taggedId, toolCallKey, untaggedId } from './tool-call-ids.ts'

/** What a request brought under `x-nearside-session`. */
export type Presented =
  | { readonly held: false; readonly state: SessionState }
  | { readonly held: true; readonly pin: Pin; readonly token: string }

export type InForce = { readonly policyHash: string; readonly now: number }

export type Sessions = {
  presented(tenant: string, token: string | undefined, inForce: InForce): Promise<Presented>
  /** What the next turn may bring. */
  begun(tenant: string, pin: Pin, policyHash: string, endsAt: number): Promise<string>
  /** Who made the tool calls that are open; undefined where none is. */
  makerOf(tenant: string, messages: readonly ChatMessage[], authors: readonly Author[]): Maker | undefined
  /** The request with its tool calls as this author knows them. */
  asKnown(tenant: string, author: Author, request: ChatRequest): ChatRequest
  /** The answer of this author, with its name in the ids of its tool calls. */
  tagged(tenant: string, author: Author): (events: AsyncIterable<ChatEvent>) => AsyncIterable<ChatEvent>
}

export function openSessions(secret: string): Sessions {
  const sealOf = openSeals(secret)
  const keyOf = openKeys(secret)
  return {
    async presented(tenant, token, { policyHash, now }) {
      if (token === undefined) return unpinned
      const word = await openSession(await sealOf(tenant), token)
      if (word === null) return { held: false, state: 'invalid' }
      if (word.endsAt <= now) return { held: false, state: 'expired' }
      if (word.policyHash !== policyHash) return { held: false, state: 'policy-changed' }
      return { held: true, pin: word.pin, token }
    },
    async begun(tenant, pin, policyHash, endsAt) {
      return sealSession(await sealOf(tenant), { pin, policyHash, endsAt })
    },
    makerOf: (tenant, messages, authors) => makerOf(() => keyOf(tenant), messages, authors),
    asKnown: (tenant, author, request) =>
      renameInRequest(request, (id) => untaggedId(keyOf(tenant), author, id)),
    tagged(tenant, author) {
      const newId = (id: string): string => taggedId(keyOf(tenant), author, id)
      return async function* tagged(events) {
        for await (const event of events) yield renameInEvent(event, newId)
      }
    },
  }
}

const unpinned: Presented = { held: false, state: 'version-unpinned' }

const mostKeys = 1_000

function openKeys(secret: string): (tenant: string) => ToolCallKey {
  const keys = new Map<string, ToolCallKey>()
  return (tenant) => {
    const made = keys.get(tenant) ?? toolCallKey(secret, tenant)
    if (keys.size >= mostKeys) keys.clear()
    keys.set(tenant, made)
    return made
  }
}
