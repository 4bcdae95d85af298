/** What text is sealed with that is kept for later, out of the environment's text: the secret, and the one before it. */
import { leastSecretLength } from '../replay/seal.ts'
import { wrong } from './words.ts'

export type SealSettings = Readonly<Record<'NEARSIDE_SEAL_SECRET' | 'NEARSIDE_SEAL_SECRET_PREVIOUS', string>>

export type Sealing = { readonly secret: string; readonly previousSecret?: string }

/** Asked only where the secret is set. */
export function sealedWith(settings: SealSettings): Sealing {
  const { NEARSIDE_SEAL_SECRET: secret, NEARSIDE_SEAL_SECRET_PREVIOUS: previousSecret } = settings
  checkLong(secret, 'NEARSIDE_SEAL_SECRET')
  if (previousSecret === '') return { secret }
  checkLong(previousSecret, 'NEARSIDE_SEAL_SECRET_PREVIOUS')
  return { secret, previousSecret }
}

/** The secret itself is never repeated. */
export function checkLong(secret: string, name: string): void {
  if (secret.length < leastSecretLength)
    throw wrong(name, `has at least ${leastSecretLength} characters, such as 64 hexadecimal digits at random`)
}
