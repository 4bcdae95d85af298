/**
 * Made when it is first asked for, and once.
 *
 * Every isolate evaluates every module before its first request. A pattern with Unicode classes costs a tenth of a
 * millisecond there, and most isolates never use most of them: tables of patterns are made this way.
 */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
