/** The seal of each tenant, made once: the seals themselves and not their promises, which would die with the request that began them. */
import { openSeal, type Seal } from './seal.ts'

const mostSeals = 1_000

export function openSeals(secret: string): (tenant: string) => Promise<Seal> {
  const seals = new Map<string, Seal>()
  return async (tenant) => {
    const known = seals.get(tenant)
    if (known !== undefined) return known
    const made = await openSeal(secret, tenant)
    if (seals.size >= mostSeals) seals.clear()
    seals.set(tenant, made)
    return made
  }
}
