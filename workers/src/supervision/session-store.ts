/**
 * The port behind supervised sessions: one sealed state for each, which changes only where nobody else has changed it meanwhile.
 *
 * A store sees neither session nor text. It is given a name that only the holder of the secret can make, and a state that is
 * sealed; the revision beside it is a plain count.
 */
export type KeptSession = {
  /** From 1; each save is one more than what it replaces. */
  readonly revision: number
  readonly sealed: string
}

export interface SessionStore {
  /** Null where nothing is kept under the name, or no longer. */
  load(tenant: string, name: string): Promise<KeptSession | null>
  /** Keeps it for `keepMs` where the revision before it is the one that is kept, or none is for the first; else false. */
  save(tenant: string, name: string, kept: KeptSession, keepMs: number): Promise<boolean>
}
