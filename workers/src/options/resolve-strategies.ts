/** The strategies that a host has handed in: one that is named and is not there would be `direct` in silence. */
import { type Policy, type Strategy, strategies } from '@nearside/core'
import { isObject, wrong } from './checks.ts'
import type { StrategyOffer } from './options.ts'

/** These need no steps of their own to be carried out. */
const builtIn: readonly Strategy[] = ['direct', 'domain']

export function resolveStrategies(given: readonly StrategyOffer[] = []): readonly StrategyOffer[] {
  if (!Array.isArray(given)) throw wrong('strategies', 'is a list, as [cascade(), consistency()]')
  const known: readonly string[] = strategies.filter((name) => !builtIn.includes(name))
  const names = new Set<string>()
  for (const [position, offer] of (given as readonly StrategyOffer[]).entries()) {
    const path = `strategies[${position}]`
    if (!isObject(offer as unknown) || !known.includes(offer.name) || typeof offer.run !== 'function')
      throw wrong(path, `is what ${known.map((name) => `${name}()`).join(' or ')} makes`)
    if (names.has(offer.name)) throw wrong(path, `is ${offer.name} a second time`)
    names.add(offer.name)
  }
  return given
}

/** Each time the policy changes: a strategy that it names has to be there. */
export function refuseMissingStrategies(policy: Policy, offers: readonly StrategyOffer[]): void {
  const there = [...builtIn, ...offers.map(({ name }) => name)]
  const check = (strategy: Strategy | undefined, path: string): void => {
    if (strategy !== undefined && !there.includes(strategy))
      throw wrong(path, `is ${strategy}, which strategies has to bring: [${strategy}()]`)
  }
  check(policy.strategy, 'policy.strategy')
  for (const [task, terms] of Object.entries(policy.tasks))
    check(terms.strategy, `policy.tasks.${task}.strategy`)
}
