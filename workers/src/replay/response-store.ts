/**
 * The port behind `previous_response_id`: responses that are kept for the turn after them.
 *
 * A store sees neither id nor text. It is given a name that only the holder of the secret can make, and a response that is
 * sealed; it forgets each at its end.
 */
export interface ResponseStore {
  /** Keeps a sealed response for `keepMs`. */
  save(tenant: string, name: string, sealed: string, keepMs: number): Promise<void>
  /** Null where nothing is kept under the name, or no longer. */
  load(tenant: string, name: string): Promise<string | null>
  /** Whether there was something to forget. */
  remove(tenant: string, name: string): Promise<boolean>
}
