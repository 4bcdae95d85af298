/** What conversations are held by, out of the environment's text. */

import type { NearsideOptions } from '../options/options.ts'
import { wrong } from './words.ts'

export function readSessions({
  NEARSIDE_SESSION_SECRET: secret,
}: Readonly<Record<'NEARSIDE_SESSION_SECRET', string>>): Pick<NearsideOptions, 'sessions'> {
  if (secret === '') return {}
  if (secret.length < 32) throw wrong('NEARSIDE_SESSION_SECRET', 'has at least 32 characters')
  return { sessions: { secret } }
}
