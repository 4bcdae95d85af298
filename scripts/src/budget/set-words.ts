/** What was typed behind `nearside budget set` and `reset`. */
import { parseArgs } from 'node:util'
import { type CapTerms, type CapWindow, checkTenant, NearsideError, parseUsd } from '@nearside/core'
import { flagFault } from '../flag-fault.ts'
import { checkTerms } from './cap-book.ts'

export type SetCommand = {
  readonly tenant: string
  readonly scope: string
  /** Null where the caps of the scope are taken away. */
  readonly caps: readonly CapTerms[] | null
  readonly json: boolean
}

const windows: readonly CapWindow[] = ['hour', 'day', 'month', 'total']

export function readSet(words: readonly string[]): SetCommand {
  const { positionals, values } = parsed(words)
  const [tenant, scope, ...more] = positionals
  if (tenant === undefined || scope === undefined || more.length > 0) {
    throw wrong(
      'budget set',
      'takes a tenant, a scope (account, key:ID, model:NAME, team:NAME, …) and caps such as --day-usd 5',
    )
  }
  checkTenant(tenant)
  const { json = false, soft = false, remove = false, zone } = values
  const caps = windows.flatMap((window): readonly CapTerms[] => {
    const given = values[`${window as 'hour' | 'day' | 'month' | 'total'}-usd`]
    if (given === undefined) return []
    const terms: CapTerms = {
      scope,
      window,
      limit: parseUsd(given, `--${window}-usd`),
      kind: soft ? 'soft' : 'hard',
      ...(zone === undefined ? {} : { timeZone: zone }),
    }
    checkTerms(terms, `the ${window} cap`)
    return [terms]
  })
  if (remove && caps.length > 0)
    throw wrong('--remove', 'takes all caps of the scope away, and so takes no amounts')
  if (!remove && caps.length === 0)
    throw wrong('budget set', 'needs --hour-usd, --day-usd, --month-usd, --total-usd or --remove')
  return { tenant, scope, caps: remove ? null : caps, json }
}

export function readReset(words: readonly string[]): {
  tenant: string
  scope: string
  yes: boolean
  json: boolean
} {
  const { positionals, values } = parsed(words)
  const [tenant, scope, ...more] = positionals
  if (tenant === undefined || scope === undefined || more.length > 0) {
    throw wrong('budget reset', 'takes a tenant and a scope, and --yes to do it')
  }
  checkTenant(tenant)
  return { tenant, scope, yes: values.yes ?? false, json: values.json ?? false }
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        'hour-usd': { type: 'string' },
        'day-usd': { type: 'string' },
        'month-usd': { type: 'string' },
        'total-usd': { type: 'string' },
        zone: { type: 'string' },
        soft: { type: 'boolean' },
        remove: { type: 'boolean' },
        yes: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    })
  } catch (cause) {
    throw wrong(
      `${flagFault(cause)}: budget`,
      'takes --hour-usd, --day-usd, --month-usd, --total-usd, --zone, --soft, --remove, --yes and --json',
    )
  }
}

export function wrong(what: string, why: string): NearsideError {
  return new NearsideError('bad-options', `${what} ${why}.`, { param: what })
}
