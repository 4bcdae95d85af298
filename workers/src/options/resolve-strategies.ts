/** The strategies that a host has handed in: one that is named and is not there would be `direct` in silence. */
import { type Policy, type Strategy, strategies } from '@nearside/core'
import { isObject, wrong } from './checks.ts'
import type { HedgingOffer, LabellingOffer, NearsideOptions, StrategyOffer } from './options.ts'

/** These need no steps of their own to be carried out. */
const builtIn: readonly Strategy[] = ['direct', 'domain']

export type Strategies = {
  /** Beside `direct`. */
  readonly strategies: readonly StrategyOffer[]
  /** Null where no second node is asked. */
  readonly hedging: HedgingOffer | null
  /** Null where no answers are compared behind their callers. */
  readonly labelling: LabellingOffer | null
}

type Given = Pick<NearsideOptions, 'strategies' | 'hedging' | 'labelling'>

export function resolveStrategies(given: Given): Strategies {
  return {
    strategies: checkStrategies(given.strategies),
    hedging: offered(given.hedging, 'hedging'),
    labelling: offered(given.labelling, 'labelling'),
  }
}

function checkStrategies(given: readonly StrategyOffer[] = []): readonly StrategyOffer[] {
  if (!Array.isArray(given)) throw wrong('strategies', 'is a list, as [cascade(), consistency()]')
  const known: readonly string[] = strategies.filter((name) => !builtIn.includes(name))
  const names = new Set<string>()
  for (const [position, offer] of (given as readonly StrategyOffer[]).entries()) {
    const path = `strategies[${position}]`
    if (!isObject(offer as unknown) || !known.includes(offer.name) || typeof offer.run !== 'function')
      throw wrong(path, `is what ${known.map(makerOf).join(' or ')} makes`)
    if (names.has(offer.name)) throw wrong(path, `is ${offer.name} a second time`)
    names.add(offer.name)
  }
  return given
}

/** The function whose value is the strategy. */
function makerOf(name: string): string {
  return `${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}()`
}

/** What a function of ours makes, by whose name it is handed in. */
function offered<T extends { readonly run: unknown }>(given: T | undefined, name: string): T | null {
  if (given === undefined) return null
  if (!isObject(given as unknown) || typeof given.run !== 'function')
    throw wrong(name, `is what ${name}() makes`)
  return given
}

/** Each time the policy changes: a strategy that it names has to be there. */
export function refuseMissingStrategies(policy: Policy, offers: readonly StrategyOffer[]): void {
  const there = [...builtIn, ...offers.map(({ name }) => name)]
  const check = (strategy: Strategy | undefined, path: string): void => {
    if (strategy !== undefined && !there.includes(strategy))
      throw wrong(path, `is ${strategy}, which strategies has to bring: [${makerOf(strategy)}]`)
  }
  check(policy.strategy, 'policy.strategy')
  for (const [task, terms] of Object.entries(policy.tasks))
    check(terms.strategy, `policy.tasks.${task}.strategy`)
}
