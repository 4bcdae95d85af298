/**
 * The port behind `idempotency-key`: who may ask the upstream for a key, and what came of it.
 *
 * A store sees neither key nor text. It is given a name and a digest that only the holder of the secret can make, and
 * an answer that is sealed. A claim lapses after its lease, so that a key outlives a process that died with it; whoever
 * lost its claim can neither keep an answer nor give up what is by then another's.
 */

/** One request's hold on a key. */
export type Claim = {
  readonly tenant: string
  /** The key's HMAC, 64 hexadecimal digits. */
  readonly name: string
  /** The body's HMAC, 64 hexadecimal digits: another body under the same key is told apart by it. */
  readonly digest: string
  /** The request's own id, minted by the gateway: which of several claims this is. */
  readonly owner: string
}

export type Standing =
  | { readonly outcome: 'free' }
  | { readonly outcome: 'in-flight' }
  | { readonly outcome: 'other-body' }
  /** Sealed; null where the answer was too large to be kept: it was given once, and is not asked for again. */
  | { readonly outcome: 'kept'; readonly answer: string | null }

export type Beginning = Exclude<Standing, { outcome: 'free' }> | { readonly outcome: 'claimed' }

export interface ReplayStore {
  /** Claims the key for `leaseMs`, or says what stands in the way. The same owner's repeat gets the same answer. */
  begin(claim: Claim, leaseMs: number): Promise<Beginning>
  /** Puts the answer in the claim's place for `keepMs`; false where the claim has lapsed. */
  keep(claim: Claim, answer: string | null, keepMs: number): Promise<boolean>
  /** Frees the key, so that the next repeat asks anew; false where the claim has lapsed or an answer is kept. */
  giveUp(claim: Claim): Promise<boolean>
  /** What stands under the key, without claiming it. */
  read(claim: Claim): Promise<Standing>
}
