/**
 * The caps that a call stands under, as the ledger takes them: its account's own or else the options', and of those that
 * an operator keeps in a directory the ones of its scopes. Where both name one scope, window and kind, the directory's
 * holds: it is what the operator said last.
 *
 * Terms are turned into caps once for each list, since a time zone's table takes a while to make: a host should keep its lists.
 */
import { type Cap, type CapTerms, isNearsideError, NearsideError } from '@nearside/core'
import { setCaps } from '../budget/set-caps.ts'
import type { Account } from '../options/options.ts'
import type { Options } from '../options/resolve-options.ts'
import { openRemembered } from '../remembered/remembered.ts'
import type { StoreGuard } from './store-guard.ts'

/** `model` is what the call is for; null asks for the caps of all models. */
export type CapsOf = (
  account: Account,
  model: string | null,
  waitUntil: (work: Promise<unknown>) => void,
) => readonly Cap[] | Promise<readonly Cap[]>

/** The same without asking anybody; null where the directory would have to be asked. */
export type KnownCaps = (account: Account, model: string) => readonly Cap[] | null

export type OpenCaps = { readonly capsOf: CapsOf; readonly knownCaps: KnownCaps }

type Terms = Pick<Options, 'caps' | 'storedCaps' | 'budgets' | 'now'>

export function openCaps(
  { caps, storedCaps, budgets, now }: Terms,
  guard: Pick<StoreGuard, 'beside'> | null,
): OpenCaps {
  const made = new WeakMap<readonly CapTerms[], readonly Cap[]>()
  const ownOf = (account: Account): readonly Cap[] => {
    const terms = account.caps ?? caps
    const known = made.get(terms)
    if (known !== undefined) return known
    const set = setCaps(terms, now())
    made.set(terms, set)
    return set
  }
  if (storedCaps === null || guard === null) return { capsOf: ownOf, knownCaps: ownOf }

  const { directory, recheckMs } = storedCaps
  const stored = openRemembered<Stored>({
    recheckMs,
    now,
    async look(tenant, before) {
      const terms = await guard.beside('caps', () => directory.read(tenant))
      const text = JSON.stringify(terms)
      const last = before()
      return last?.text === text ? last : { text, caps: madeReady(terms, now()) }
    },
  })
  return {
    capsOf(account, model, waitUntil) {
      const own = ownOf(account)
      const told = stored.of(account.tenant, waitUntil)
      if (!(told instanceof Promise)) return merged(own, told.caps, account, model)
      return told.then(
        (found) => merged(own, found.caps, account, model),
        (error) => {
          // While the ledger is away too, the allowance bounds what passes.
          if (budgets !== null && budgets.onStoreError !== 'refuse') return own
          throw error
        },
      )
    },
    knownCaps(account, model) {
      const told = stored.known(account.tenant)
      return told === null ? null : merged(ownOf(account), told.caps, account, model)
    },
  }
}

type Stored = { readonly text: string; readonly caps: readonly Cap[] }

/** A cap that cannot be understood would hold nobody back. */
function madeReady(terms: readonly CapTerms[], now: number): readonly Cap[] {
  try {
    return setCaps(terms, now)
  } catch (error) {
    throw new NearsideError('store-failed', 'The caps of this account cannot be read.', {
      cause: isNearsideError(error) ? error : undefined,
    })
  }
}

function merged(
  own: readonly Cap[],
  stored: readonly Cap[],
  { scopes = [] }: Account,
  model: string | null,
): readonly Cap[] {
  const holding = stored.filter(
    ({ scope }) =>
      scope === 'account' ||
      scopes.includes(scope) ||
      (model === null ? scope.startsWith('model:') : scope === `model:${model}`),
  )
  if (holding.length === 0) return own
  const isReplaced = (cap: Cap): boolean =>
    holding.some(
      ({ scope, window, kind }) => scope === cap.scope && window === cap.window && kind === cap.kind,
    )
  return [...own.filter((cap) => !isReplaced(cap)), ...holding]
}
