/** Other names for what may be asked for: each means `auto`, a tier or a model that is here. */
import type { Target } from '@nearside/core'
import { isModelName, wrong } from './checks.ts'

export function resolveAliases(
  given: Readonly<Record<string, string>>,
  targets: readonly Target[],
): ReadonlyMap<string, string> {
  const names = new Set<string>(['auto', ...targets.flatMap(({ tier, model }) => [tier, model])])
  for (const [alias, meaning] of Object.entries(given)) {
    if (!isModelName(alias))
      throw wrong('aliases', 'has names that a request may have: no spaces, 256 characters')
    if (!names.has(meaning)) {
      throw wrong(`aliases.${alias}`, `means one of ${[...names].join(', ')}, but was ${meaning}`)
    }
  }
  return new Map(Object.entries(given))
}
