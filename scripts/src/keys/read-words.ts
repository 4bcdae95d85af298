/** What was typed behind `nearside keys`, read and refused in words that say what would be right. */
import { parseArgs } from 'node:util'
import {
  type CapTerms,
  checkTenant,
  isKeyId,
  type KeyRecord,
  NearsideError,
  type PrivacyLevel,
  parseUsd,
  privacyLevels,
  tierNames,
} from '@nearside/core'
import { flagFault } from '../flag-fault.ts'

/** What a new key is for; its id and its times come later. */
export type KeyTerms = Pick<KeyRecord, 'tenant' | 'label' | 'models' | 'tiers' | 'privacy' | 'scopes'> & {
  readonly caps: readonly Omit<CapTerms, 'scope'>[]
  readonly livesMs: number | null
}

export type KeysCommand =
  | { readonly verb: 'create'; readonly terms: KeyTerms; readonly json: boolean }
  | { readonly verb: 'list'; readonly tenant: string | null; readonly json: boolean }
  | { readonly verb: 'rotate'; readonly id: string; readonly graceMs: number; readonly json: boolean }
  | { readonly verb: 'revoke'; readonly id: string; readonly json: boolean }

const flags = {
  account: { type: 'string' },
  label: { type: 'string' },
  models: { type: 'string' },
  tiers: { type: 'string' },
  scopes: { type: 'string' },
  privacy: { type: 'string' },
  expires: { type: 'string' },
  grace: { type: 'string' },
  'hour-usd': { type: 'string' },
  'day-usd': { type: 'string' },
  'month-usd': { type: 'string' },
  'total-usd': { type: 'string' },
  soft: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

type Flags = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: typeof flags }>
>['values']

const taken: Readonly<Record<KeysCommand['verb'], readonly (keyof typeof flags)[]>> = {
  create: [
    'account',
    'label',
    'models',
    'tiers',
    'scopes',
    'privacy',
    'expires',
    'hour-usd',
    'day-usd',
    'month-usd',
    'total-usd',
    'soft',
    'json',
  ],
  list: ['account', 'json'],
  rotate: ['grace', 'json'],
  revoke: ['json'],
}

export function readWords(words: readonly string[]): KeysCommand {
  const { positionals, values } = parsed(words)
  const [verb, id, ...more] = positionals
  if (verb !== 'create' && verb !== 'list' && verb !== 'rotate' && verb !== 'revoke') {
    throw wrong('keys', 'is followed by create, list, rotate or revoke')
  }
  for (const name of Object.keys(values) as (keyof typeof flags)[]) {
    if (!taken[verb].includes(name)) {
      throw wrong(
        `keys ${verb}`,
        `takes no --${name}; it takes ${taken[verb].map((flag) => `--${flag}`).join(', ')}`,
      )
    }
  }
  const json = values.json ?? false
  if (verb === 'create' || verb === 'list') {
    if (id !== undefined) throw wrong(`keys ${verb}`, 'takes flags alone')
    if (verb === 'create') return { verb, terms: readTerms(values), json }
    if (values.account !== undefined) checkTenant(values.account)
    return { verb, tenant: values.account ?? null, json }
  }
  if (id === undefined || !isKeyId(id) || more.length > 0) {
    throw wrong(
      `keys ${verb}`,
      'takes the id of one key: the 16 letters and digits between nsk_ and the next _',
    )
  }
  if (verb === 'revoke') return { verb, id, json }
  return { verb, id, graceMs: values.grace === undefined ? 0 : duration(values.grace, '--grace'), json }
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options: flags })
  } catch (cause) {
    throw wrong(
      `${flagFault(cause)}: keys`,
      `takes the flags ${Object.keys(flags)
        .map((flag) => `--${flag}`)
        .join(', ')}`,
    )
  }
}

function readTerms(values: Flags): KeyTerms {
  if (values.account === undefined) throw wrong('keys create', 'needs --account: whose key it is')
  checkTenant(values.account)
  const caps = readCaps(values)
  if (values.soft === true && caps.length === 0)
    throw wrong('--soft', 'says nothing without a cap such as --day-usd')
  const tiers = list(values.tiers, '--tiers')
  const odd = tiers?.find((tier) => !tierNames.some((known) => known === tier))
  if (odd !== undefined) throw wrong('--tiers', `are of ${tierNames.join(', ')}, separated by commas`)
  return {
    tenant: values.account,
    label: values.label ?? '',
    models: list(values.models, '--models'),
    tiers: tiers as KeyTerms['tiers'],
    privacy: readPrivacy(values.privacy),
    scopes: readScopes(values.scopes),
    caps,
    livesMs: values.expires === undefined ? null : duration(values.expires, '--expires'),
  }
}

function readCaps(values: Flags): KeyTerms['caps'] {
  const kind = values.soft === true ? 'soft' : 'hard'
  return (['hour', 'day', 'month', 'total'] as const).flatMap((window) => {
    const given = values[`${window}-usd`]
    return given === undefined ? [] : [{ window, kind, limit: parseUsd(given, `--${window}-usd`) }]
  })
}

function readScopes(given: string | undefined): readonly string[] {
  const scopes = list(given, '--scopes') ?? []
  if (scopes.every((scope) => /^[A-Za-z0-9._:@/-]{1,128}$/.test(scope))) return scopes
  throw wrong('--scopes', 'are names such as team:web,user:17')
}

function readPrivacy(given: string | undefined): PrivacyLevel {
  const level = privacyLevels.find((known) => known === (given ?? 'public'))
  if (level === undefined) throw wrong('--privacy', `is one of ${privacyLevels.join(', ')}`)
  return level
}

function list(given: string | undefined, flag: string): readonly string[] | null {
  if (given === undefined) return null
  const words = given.split(',').map((word) => word.trim())
  if (words.some((word) => word === '')) throw wrong(flag, 'are names separated by commas')
  return words
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function duration(given: string, flag: string): number {
  const match = /^(\d{1,5})([mhd])$/.exec(given)
  const ms = Number(match?.[1] ?? 0) * (units[match?.[2] ?? ''] ?? 0)
  if (ms === 0) throw wrong(flag, 'is a time such as 30m, 12h or 90d')
  return ms
}

function wrong(what: string, why: string): NearsideError {
  return new NearsideError('bad-options', `${what} ${why}.`, { param: what })
}
