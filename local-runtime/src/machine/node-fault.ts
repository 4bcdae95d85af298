/**
 * Whether this Node is new enough, said before anything is loaded: on an older one the engine fails in the middle of a
 * model, with words about the inside of a library.
 */

/** Both as Node and package.json write them: `20.20.2` and `>=22.18`. Null where nothing is wrong. */
export function nodeFault(running: string, needed: string): string | null {
  const least = needed.replace(/^>=/, '')
  const [major = 0, minor = 0] = running.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number)
  const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor)
  return isEnough ? null : `Node ${least} or newer is needed, and this is ${running}.`
}
