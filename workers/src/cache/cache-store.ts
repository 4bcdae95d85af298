/**
 * The port behind kept answers: sealed text under a name, until its end.
 *
 * A store sees neither question nor answer. It is given a name that only the holder of the secret can make and an answer that is
 * sealed. It may forget whatever it likes whenever it likes; what it must never do is give back what was put under another name
 * or by another tenant.
 */
import type { Zone } from '@nearside/core'

export interface CacheStore {
  /** Where it keeps things; what it cannot know must be declared. */
  readonly zone: Zone
  /** Null where nothing is kept under the name, or no longer. */
  load(tenant: string, name: string): Promise<string | null>
  /** Keeps sealed text for `keepMs`, in place of what was there. */
  save(tenant: string, name: string, sealed: string, keepMs: number): Promise<void>
  /** Whether it has any effect for requests that come to this host. @default it has */
  available?(host: string): boolean
}
