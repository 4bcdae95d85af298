/**
 * One desk for each middleware: an object is checked at once and throws where it is wrong; a function is called with the
 * first request's context, and what came of it is kept, a fault like a desk.
 */
import { isNearsideError, NearsideError } from '@nearside/core'
import type { Context, Env } from 'hono'
import type { NearsideOptions } from '../options/options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { type Desk, openDesk } from './desk.ts'

export type OptionsFor<E extends Env> = NearsideOptions<E> | ((c: Context<E>) => NearsideOptions<E>)

export function deskOf<E extends Env>(given: OptionsFor<E>): (c: Context<E>) => Desk {
  if (typeof given !== 'function') {
    const desk = openDesk(resolveOptions(given))
    return () => desk
  }
  let kept: Desk | NearsideError | null = null
  return (c) => {
    kept ??= openOrFault(given, c)
    if (isNearsideError(kept)) throw kept
    return kept
  }
}

function openOrFault<E extends Env>(
  given: (c: Context<E>) => NearsideOptions<E>,
  c: Context<E>,
): Desk | NearsideError {
  try {
    return openDesk(resolveOptions(given(c)))
  } catch (error) {
    if (isNearsideError(error)) return error
    return new NearsideError('bad-options', 'The function that gives the options threw.', { cause: error })
  }
}
