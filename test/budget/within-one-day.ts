/** For what is spent in the window of a day by clocks that nobody can set: where midnight (UTC) fell into it, it is done once more. */
import { day } from './builders.ts'

/** `work` begins from nothing each time: with a tenant of its own. No test takes so long that it meets two midnights. */
export async function withinOneDay<T>(
  work: () => Promise<T>,
  now: () => number | Promise<number> = Date.now,
): Promise<T> {
  const today = async (): Promise<number> => Math.floor((await now()) / day)
  const begun = await today()
  const done = await work()
  return (await today()) === begun ? done : work()
}
