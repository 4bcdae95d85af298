/** The strategies that a host has handed in: one that is named and is not there would be `direct` in silence. */
import { type Policy, strategies } from '@nearside/core'
import { isObject, wrong } from './checks.ts'
import type { HedgingOffer, LabellingOffer, NearsideOptions, StrategyOffer } from './options.ts'

export type Strategies = {
  /** Beside `direct`. */
  readonly strategies: readonly StrategyOffer[]
  /** Null where no second node is asked. */
  readonly hedging: HedgingOffer | null
  /** Null where no answers are compared behind their callers. */
  readonly labelling: LabellingOffer | null
}

type Given = Pick<NearsideOptions, 'strategies' | 'hedging' | 'labelling'>

export function resolveStrategies(given: Given, policy: Policy): Strategies {
  return {
    strategies: checkStrategies(given.strategies, policy),
    hedging: offered(given.hedging, 'hedging'),
    labelling: offered(given.labelling, 'labelling'),
  }
}

function checkStrategies(
  given: readonly StrategyOffer[] = [],
  { strategy }: Policy,
): readonly StrategyOffer[] {
  if (!Array.isArray(given)) throw wrong('strategies', 'is a list, as [cascade(), consistency()]')
  const known: readonly string[] = strategies.filter((name) => name !== 'direct')
  const names = new Set<string>()
  for (const [position, offer] of (given as readonly StrategyOffer[]).entries()) {
    const path = `strategies[${position}]`
    if (!isObject(offer as unknown) || !known.includes(offer.name) || typeof offer.run !== 'function')
      throw wrong(path, `is what ${known.map((name) => `${name}()`).join(' or ')} makes`)
    if (names.has(offer.name)) throw wrong(path, `is ${offer.name} a second time`)
    names.add(offer.name)
  }
  if (strategy !== 'direct' && !names.has(strategy))
    throw wrong('policy.strategy', `is ${strategy}, which strategies has to bring: [${strategy}()]`)
  return given
}

/** What a function of ours makes, by whose name it is handed in. */
function offered<T extends { readonly run: unknown }>(given: T | undefined, name: string): T | null {
  if (given === undefined) return null
  if (!isObject(given as unknown) || typeof given.run !== 'function')
    throw wrong(name, `is what ${name}() makes`)
  return given
}
