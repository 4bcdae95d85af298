/**
 * One GET, redirects followed by hand: hubs answer with the address of a store elsewhere, and whoever follows
 * blindly takes the token along. It goes to the hub's own origin and nowhere else.
 */
import { type HubAddress, redirectTarget } from './address.ts'
import { HubFault, networkFault, statusFault } from './fault.ts'

export type AskOptions = {
  readonly hub: HubAddress
  readonly fetch: typeof fetch
  readonly signal: AbortSignal
  /** How long an answer may take to begin, and to go on. */
  readonly idleTimeoutMs: number
}

export type Asked = {
  readonly response: Response
  /** Reads on; throws when nothing came for `idleTimeoutMs`. Null at the end. */
  read(): Promise<Uint8Array | null>
  /** Gives the connection up. */
  cancel(): Promise<void>
}

const mostRedirects = 5

/** Asks; an answer that is not 2xx is thrown as a fault, except the statuses in `accept`. */
export async function ask(
  url: string,
  what: string,
  headers: Readonly<Record<string, string>>,
  options: AskOptions,
  accept: readonly number[] = [],
): Promise<Asked> {
  const { hub, signal, idleTimeoutMs } = options
  const idle = new AbortController()
  const either = AbortSignal.any([signal, idle.signal])
  let target = new URL(url)

  async function within<T>(work: () => Promise<T>): Promise<T> {
    const late = (): void => {
      const seconds = Math.round(idleTimeoutMs / 1_000)
      idle.abort(new HubFault('timed-out', `${target.host} sent nothing for ${seconds} s.`, true))
    }
    const timer = setTimeout(late, idleTimeoutMs)
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (idle.signal.aborted) throw idle.signal.reason
      throw networkFault(error, target.host)
    } finally {
      clearTimeout(timer)
    }
  }

  for (let hop = 0; hop <= mostRedirects; hop++) {
    const hasToken = hub.token !== null && target.origin === hub.origin
    const response = await within(() =>
      options.fetch(target, {
        redirect: 'manual',
        signal: either,
        headers: {
          // A packed answer has another length than the file.
          'accept-encoding': 'identity',
          'user-agent': 'nearside-runtime',
          ...headers,
          ...(hasToken ? { authorization: `Bearer ${hub.token}` } : {}),
        },
      }),
    )
    if ([301, 302, 303, 307, 308].includes(response.status)) {
      await response.body?.cancel()
      target = redirectTarget(response.headers.get('location'), target)
      continue
    }
    if (!response.ok && !accept.includes(response.status)) {
      await response.body?.cancel()
      throw statusFault(response, what, hasToken)
    }
    if (response.headers.get('content-type')?.includes('text/html') === true) {
      await response.body?.cancel()
      const message = `${target.host} answered with a web page for ${what}: a proxy or a login page stands in between.`
      throw new HubFault('tier-failed', message, false)
    }
    const reader = response.body?.getReader()
    return {
      response,
      read: async () => (await within(async () => reader?.read()))?.value ?? null,
      cancel: async () => {
        await reader?.cancel().catch(() => {})
      },
    }
  }
  throw new HubFault('tier-failed', `${target.host} redirects in a circle.`, false)
}
