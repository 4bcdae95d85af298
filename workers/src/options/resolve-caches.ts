/** The caches that the host passed, in the order in which they are asked: what is the same before what is alike. */
import type { AnswerCache } from './answer-cache.ts'
import { isObject, wrong } from './checks.ts'
import type { NearsideOptions } from './options.ts'

export function resolveCaches({ cache, semantic }: NearsideOptions): readonly AnswerCache[] {
  if (cache !== undefined && (!isObject(cache) || cache.kind !== 'exact'))
    throw wrong('cache', 'is what exactCache makes')
  if (semantic !== undefined && (!isObject(semantic) || semantic.kind !== 'alike'))
    throw wrong('semantic', 'is what semanticCache makes')
  return [cache, semantic].filter((each) => each !== undefined)
}
