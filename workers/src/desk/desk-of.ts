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

/** What is wrong with the options, in the words of whoever set them. */
export type Wording = (fault: NearsideError) => NearsideError

export function deskOf<E extends Env>(
  given: OptionsFor<E>,
  told: Wording = (fault) => fault,
): (c: Context<E>) => Desk {
  if (typeof given !== 'function') {
    const desk = opened(() => given, told)
    return () => desk
  }
  let kept: Desk | NearsideError | null = null
  return (c) => {
    kept ??= openOrFault(() => opened(() => given(c), told))
    if (isNearsideError(kept)) throw kept
    return kept
  }
}

function opened<E extends Env>(options: () => NearsideOptions<E>, told: Wording): Desk {
  try {
    return openDesk(resolveOptions(options()))
  } catch (error) {
    throw isNearsideError(error) ? told(error) : error
  }
}

function openOrFault(open: () => Desk): Desk | NearsideError {
  try {
    return open()
  } catch (error) {
    if (isNearsideError(error)) return error
    return new NearsideError('bad-options', 'The function that gives the options threw.', { cause: error })
  }
}
