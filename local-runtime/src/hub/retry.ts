/**
 * How long to wait before asking again: longer each time, spread out, and never less than the hub asked for.
 */
const firstDelayMs = 500
const longestDelayMs = 30_000

/** `random` from 0 to 1 spreads those who failed at the same moment. `attempt` counts from 0. */
export function retryDelayMs(attempt: number, askedForMs: number | null, random: number): number {
  const grown = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt)
  const spread = grown * (0.5 + random / 2)
  return Math.round(Math.max(spread, Math.min(askedForMs ?? 0, longestDelayMs)))
}

/** Resolves after `delayMs`; rejects with the signal's reason as soon as it aborts. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, delayMs)
    signal.addEventListener('abort', stop, { once: true })
  })
}
