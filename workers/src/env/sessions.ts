/** What conversations are held by, out of the environment's text. */

import type { NearsideOptions } from '../options/options.ts'
import { checkLong } from './sealed-with.ts'

export function readSessions({
  NEARSIDE_SESSION_SECRET: secret,
  NEARSIDE_SESSION_SECRET_PREVIOUS: previousSecret,
}: Readonly<Record<'NEARSIDE_SESSION_SECRET' | 'NEARSIDE_SESSION_SECRET_PREVIOUS', string>>): Pick<
  NearsideOptions,
  'sessions'
> {
  if (secret === '') return {}
  checkLong(secret, 'NEARSIDE_SESSION_SECRET')
  if (previousSecret === '') return { sessions: { secret } }
  checkLong(previousSecret, 'NEARSIDE_SESSION_SECRET_PREVIOUS')
  return { sessions: { secret, previousSecret } }
}
