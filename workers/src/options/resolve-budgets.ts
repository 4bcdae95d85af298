/** Where spending is counted, and what holds while that cannot be asked. */
import { isZone, type NanoUsd, type Zone } from '@nearside/core'
import type { BudgetStore } from '../budget/budget-store.ts'
import { checkKeys, isObject, wrong } from './checks.ts'
import type { NearsideOptions } from './options.ts'

export type Budgets = {
  readonly store: BudgetStore
  readonly zone: Zone
  readonly onStoreError: 'refuse' | { readonly allow: NanoUsd }
}

export function resolveBudgets(given: NearsideOptions): Budgets | null {
  if (given.budgets === undefined) {
    if ((given.caps?.length ?? 0) > 0)
      throw wrong('budgets', 'is needed where there are caps: nothing would keep them')
    if (given.limits !== undefined)
      throw wrong('budgets', 'is needed where there are limits: nothing would count')
    return null
  }
  const zone = given.budgetsZone ?? 'provider:budget-store'
  if (!isZone(zone)) throw wrong('budgetsZone', 'is premises, gateway or provider:<name>')
  return { store: given.budgets, zone, onStoreError: resolveStoreError(given.onStoreError) }
}

function resolveStoreError(given: NearsideOptions['onStoreError']): Budgets['onStoreError'] {
  if (given === 'refuse') return given
  if (!isObject(given)) {
    throw wrong('onStoreError', 'must be chosen: refuse, or { allow } with an amount of nano-dollars')
  }
  checkKeys(given, { allow: true }, 'onStoreError')
  if (!Number.isSafeInteger(given.allow) || given.allow < 0) {
    throw wrong('onStoreError.allow', 'is a whole number of nano-dollars')
  }
  return given
}
