/**
 * Sessions kept by Durable Objects, one each, called over RPC. The object is known by its shape alone: nothing here needs
 * `cloudflare:workers`, so the store can be bundled anywhere.
 */
import { NearsideError } from '@nearside/core'
import type { KeptSession, SessionStore } from './session-store.ts'

/** A session as it is seen from outside: `SupervisedSession`, over RPC. */
export interface SessionStub {
  load(): Promise<KeptSession | null>
  save(kept: KeptSession, keepMs: number): Promise<boolean>
}

/** What of a Durable Object namespace is used. */
export interface SessionNamespace<Id = unknown> {
  idFromName(name: string): Id
  get(id: Id): SessionStub
}

export function durableObjectSessionStore<Id>(namespace: SessionNamespace<Id>): SessionStore {
  async function asked<T>(tenant: string, name: string, verb: (stub: SessionStub) => Promise<T>): Promise<T> {
    try {
      // A stub whose call failed may be broken for good, so each call takes a fresh one.
      return await verb(namespace.get(namespace.idFromName(`${tenant} ${name}`)))
    } catch (cause) {
      throw new NearsideError('store-failed', 'The store of sessions did not answer.', { cause })
    }
  }
  return {
    load: (tenant, name) => asked(tenant, name, (stub) => stub.load()),
    save: (tenant, name, kept, keepMs) => asked(tenant, name, (stub) => stub.save(kept, keepMs)),
  }
}
