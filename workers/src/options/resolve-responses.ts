/** What keeps responses for the turns after them, filled and checked. */
import { checkSealed, isWithin } from './check-sealed.ts'
import { wrong } from './checks.ts'
import type { ResponseOptions } from './options.ts'

export type Responses = Required<Omit<ResponseOptions, 'previousSecret'>> & {
  readonly previousSecret?: string | undefined
}

const dayMs = 86_400_000

export function resolveResponses(given: ResponseOptions | undefined): Responses | null {
  if (given === undefined) return null
  checkSealed(given, 'responses', fields, ['save', 'load', 'remove'])
  const { store, secret, previousSecret, zone = 'provider:response-store', keepMs = 30 * dayMs } = given
  if (!isWithin(keepMs, 1_000, 365 * dayMs))
    throw wrong('responses.keepMs', 'is milliseconds from a second to 365 days')
  return { store, secret, previousSecret, zone, keepMs }
}

const fields: Readonly<Record<keyof ResponseOptions, true>> = {
  store: true,
  secret: true,
  previousSecret: true,
  zone: true,
  keepMs: true,
}
