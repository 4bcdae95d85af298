/**
 * How far a text may travel for what was found in it.
 *
 * Personal data makes a text `sensitive`: it prefers the operator's own hardware and is redacted where it must leave. What
 * lets somebody act in another's name at once (keys, cards, passwords), and what is known of somebody's health, is
 * `contractual`: it goes to named providers only. An account's rules may say otherwise for any kind; the strictest wins.
 */
import { type PrivacyLevel, strictest } from '../privacy/zone.ts'
import type { Finding, PersonalKind } from './finding.ts'

export type LevelRules = { readonly [kind in PersonalKind]: PrivacyLevel }

export const defaultLevelRules: LevelRules = {
  person: 'sensitive',
  address: 'sensitive',
  age: 'sensitive',
  'birth-date': 'sensitive',
  email: 'sensitive',
  phone: 'sensitive',
  'ip-address': 'sensitive',
  'device-id': 'sensitive',
  card: 'contractual',
  iban: 'sensitive',
  'bank-account': 'sensitive',
  'national-id': 'sensitive',
  'tax-id': 'sensitive',
  'health-id': 'contractual',
  passport: 'sensitive',
  'driver-licence': 'sensitive',
  wallet: 'sensitive',
  secret: 'contractual',
  'private-key': 'contractual',
  'url-credentials': 'contractual',
}

export function levelOf(findings: readonly Finding[], rules: Partial<LevelRules> = {}): PrivacyLevel {
  return strictest(...new Set(findings.map(({ kind }) => rules[kind] ?? defaultLevelRules[kind])))
}
