/**
 * One supervised session as a Durable Object: what `@nearside/workers/session-object` exports for a Worker to bind.
 *
 * An object is one thread, and no other call comes in while it waits for its storage, so that what is compared and what is
 * written belong together. An alarm forgets the session at its end.
 */
import { DurableObject } from 'cloudflare:workers'
import type { KeptSession } from './session-store.ts'

export class SupervisedSession<Env = unknown> extends DurableObject<Env> {
  async load(): Promise<KeptSession | null> {
    const found = await this.ctx.storage.get<Kept>(row)
    return found === undefined || found.endsAt <= Date.now() ? null : found.kept
  }

  async save(kept: KeptSession, keepMs: number): Promise<boolean> {
    const before = await this.load()
    if ((before?.revision ?? 0) !== kept.revision - 1) return false
    const endsAt = Date.now() + keepMs
    await this.ctx.storage.put<Kept>(row, { kept, endsAt })
    await this.ctx.storage.setAlarm(endsAt)
    return true
  }

  override async alarm(): Promise<void> {
    // A save that came meanwhile has set its own.
    if ((await this.load()) === null) await this.ctx.storage.deleteAll()
  }
}

type Kept = { readonly kept: KeptSession; readonly endsAt: number }

const row = 'session'
