/** What conversations are held by, filled and checked. */
import { leastSecretLength } from '../replay/seal.ts'
import { openSessions, type Sessions } from '../session/sessions.ts'
import { checkKeys, isObject, wrong } from './checks.ts'
import type { SessionOptions } from './options.ts'

export function resolveSessions(given: SessionOptions | undefined): Sessions | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('sessions', 'is an object with a secret')
  checkKeys(given, { secret: true } satisfies Record<keyof SessionOptions, true>, 'sessions')
  const { secret } = given
  if (typeof secret !== 'string' || secret.length < leastSecretLength)
    throw wrong('sessions.secret', `has at least ${leastSecretLength} characters`)
  return openSessions(secret)
}
