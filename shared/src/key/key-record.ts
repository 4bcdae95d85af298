/**
 * What is written down of an API key: whose it is, what it may be used for, and until when. Never the key.
 *
 * A record is JSON in a store that an operator may look into and edit, so it is read as outside data: a record that cannot
 * be understood lets nobody in.
 */
import { type CapTerms, capKinds, capWindows } from '../budget/cap.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { type TierName, tierNames } from '../plan/target.ts'
import { type PrivacyLevel, privacyLevels } from '../privacy/zone.ts'

export type KeyRecord = {
  readonly id: string
  readonly tenant: string
  /** What the operator calls it. */
  readonly label: string
  readonly createdAt: number
  /** Null where it does not end by itself. */
  readonly expiresAt: number | null
  /** Null where it was not revoked. */
  readonly revokedAt: number | null
  /** Null where it may be used for all of them. */
  readonly models: readonly string[] | null
  readonly tiers: readonly TierName[] | null
  /** The least privacy that its requests get. */
  readonly privacy: PrivacyLevel
  /** What it spends for beside its account, as `team:web`: caps may be set for each. */
  readonly scopes: readonly string[]
  /** What it may spend, beside its account's caps. */
  readonly caps: readonly CapTerms[]
}

export function writeKeyRecord(record: KeyRecord): string {
  return JSON.stringify(record)
}

export function readKeyRecord(text: string): KeyRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw unreadable(cause)
  }
  if (!isRecord(value)) throw unreadable()
  return value.scopes === undefined ? { ...value, scopes: [] } : value
}

/** Why a key is not good for anything now; null where it is. */
export function whyRefused({ revokedAt, expiresAt }: KeyRecord, now: number): 'revoked' | 'expired' | null {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : null
}

function unreadable(cause?: unknown): NearsideError {
  return new NearsideError('store-failed', 'The record of this API key cannot be read.', { cause })
}

function isRecord(value: unknown): value is KeyRecord {
  if (typeof value !== 'object' || value === null) return false
  const record = value as { readonly [field in keyof KeyRecord]?: unknown }
  return (
    typeof record.id === 'string' &&
    typeof record.tenant === 'string' &&
    /^[A-Za-z0-9._-]{1,64}$/.test(record.tenant) &&
    typeof record.label === 'string' &&
    typeof record.createdAt === 'number' &&
    isInstant(record.expiresAt) &&
    isInstant(record.revokedAt) &&
    isListOrNull(record.models, (model) => typeof model === 'string') &&
    isListOrNull(record.tiers, (tier) => tierNames.some((name) => name === tier)) &&
    privacyLevels.some((level) => level === record.privacy) &&
    (record.scopes === undefined || isListOrNull(record.scopes, (scope) => typeof scope === 'string')) &&
    Array.isArray(record.caps) &&
    record.caps.every(isCapTerms)
  )
}

function isInstant(value: unknown): boolean {
  return value === null || typeof value === 'number'
}

function isListOrNull(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return value === null || (Array.isArray(value) && value.every(isEntry))
}

function isCapTerms(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { scope, window, limit, kind = 'hard' } = value as { readonly [field in keyof CapTerms]?: unknown }
  return (
    typeof scope === 'string' &&
    /^[A-Za-z0-9._:@/-]{1,128}$/.test(scope) &&
    capWindows.some((known) => known === window) &&
    Number.isSafeInteger(limit) &&
    Number(limit) >= 0 &&
    capKinds.some((known) => known === kind)
  )
}
