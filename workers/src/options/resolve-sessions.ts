/** What conversations are held by, filled and checked. */
import { checkSealSecret } from '../replay/seal.ts'
import { openSessions, type Sessions } from '../session/sessions.ts'
import { withPrevious } from '../session/with-previous.ts'
import { checkKeys, isObject, wrong } from './checks.ts'
import type { SessionOptions } from './options.ts'

export function resolveSessions(given: SessionOptions | undefined): Sessions | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('sessions', 'is an object with a secret')
  checkKeys(given, fields, 'sessions')
  const { secret, previousSecret } = given
  checkSealSecret(secret, 'sessions.secret')
  if (previousSecret !== undefined) checkSealSecret(previousSecret, 'sessions.previousSecret')
  const own = openSessions(secret)
  return previousSecret === undefined ? own : withPrevious(own, openSessions(previousSecret))
}

const fields: Readonly<Record<keyof SessionOptions, true>> = { secret: true, previousSecret: true }
