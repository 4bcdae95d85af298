/**
 * A Worker in real workerd, by Miniflare, on a free port of its own.
 *
 * Requests reach the Worker directly: Miniflare's own entry Worker would stand between it and a client that hangs
 * up. A small module in front of the Worker's own tells of rejections that nobody handled, which workerd keeps to
 * itself, so a test can ask for `faults` at its end.
 */
import { Miniflare } from 'miniflare'
import type { Bundle, WorkerModule } from '../../scripts/src/workerd/bundle.ts'
import { builtWorker } from './built-worker.ts'

export { bundleWorker } from '../../scripts/src/workerd/bundle.ts'

export type WorkerOptions = {
  /** @default the standalone Worker, with the vars and Durable Objects of `wrangler.toml` */
  readonly bundle?: Bundle
  /** Added to those of `wrangler.toml`, which a fixture's Worker does not have; null takes one away. */
  readonly vars?: Readonly<Record<string, string | null>>
  /** Binding and class of each Durable Object, which keeps SQLite. @default those of `wrangler.toml`; none for a fixture */
  readonly durableObjects?: Readonly<Record<string, string>>
  /** Binding and requests a minute of each rate limiter. @default none */
  readonly rateLimits?: Readonly<Record<string, number>>
  /** Bindings of KV namespaces, each with one of its own. @default none */
  readonly namespaces?: readonly string[]
  /** A folder in which Durable Objects outlive the Worker. @default none, they end with it */
  readonly stateFolder?: string
}

export type WorkerLog = { readonly level: string; readonly message: string; readonly atMs: number }

export type RunningWorker = {
  /** Origin without a path: `http://127.0.0.1:PORT`. */
  readonly url: string
  /** All that the Worker wrote to its console, and what workerd said of it, up to now. */
  logs(): Promise<readonly WorkerLog[]>
  /** Of those: rejections that nobody handled and exceptions that nobody caught. */
  faults(): Promise<readonly string[]>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startWorker(options: WorkerOptions = {}): Promise<RunningWorker> {
  const { settings, bundle: standalone } = await builtWorker()
  const fixture = options.bundle !== undefined
  const bundle = options.bundle ?? standalone
  const vars = { ...(!fixture && settings.vars), ...options.vars }
  const durableObjects =
    options.durableObjects ??
    (fixture
      ? {}
      : Object.fromEntries(settings.durableObjects.map((object) => [object.binding, object.className])))

  const logs: WorkerLog[] = []
  const name = 'worker-under-test'
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    // Exceptions are told of only so; without a person's eyes on it, the rest costs nothing.
    verbose: true,
    handleStructuredLogs: ({ level, message, timestamp }: StructuredLog) => {
      logs.push({ level, message, atMs: timestamp })
    },
    ...(options.stateFolder !== undefined && { resourcePersistencePath: options.stateFolder }),
    workers: [
      {
        config: {
          name,
          compatibilityDate: settings.compatibilityDate,
          compatibilityFlags: [...settings.compatibilityFlags],
          manifest: { mainModule: watcher, modulesRoot: '/', modules: modulesOf(bundle) },
          env: {
            ...varBindings(vars),
            ...objectBindings(name, durableObjects),
            ...limitBindings(options.rateLimits ?? {}),
            ...namespaceBindings(options.namespaces ?? []),
          },
          exports: Object.fromEntries(
            Object.values(durableObjects).map((className) => [
              className,
              { type: 'durable-object' as const, storage: 'sqlite' as const },
            ]),
          ),
        },
        dev,
      },
      {
        config: {
          name: marker,
          compatibilityDate: settings.compatibilityDate,
          manifest: {
            mainModule: 'marker.js',
            modulesRoot: '/',
            modules: { 'marker.js': { type: 'esm', contents: marking } },
          },
        },
        dev,
      },
    ],
  })
  await miniflare.ready
  const { origin: url } = await miniflare.unsafeGetDirectURL(name)
  const markUrl = await miniflare.unsafeGetDirectURL(marker)
  const close = (): Promise<void> => miniflare.dispose()

  // Logs come through a pipe, behind the answers. A second Worker in the same process says a word that was never
  // said before; once that has come, everything before it has.
  let marks = 0
  async function allLogs(): Promise<readonly WorkerLog[]> {
    const mark = `mark ${++marks} of the harness`
    await fetch(markUrl, { method: 'POST', body: mark })
    while (!logs.some((log) => log.message === mark)) await new Promise((resolve) => setTimeout(resolve, 2))
    return logs.filter((log) => !/^mark \d+ of the harness$/.test(log.message))
  }

  return {
    url,
    logs: allLogs,
    async faults() {
      return (await allLogs()).map((log) => log.message).filter((message) => faultPattern.test(message))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

type StructuredLog = { readonly level: string; readonly message: string; readonly timestamp: number }

const dev = { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }], stripCfConnectingIp: false }
const watcher = 'watcher.js'
const marker = 'harness-marker'
const marking = `export default {
  async fetch(request) {
    console.log(await request.text())
    return new Response('marked')
  },
}`
const faultPattern = /^unhandled rejection|uncaught exception; source/i

function modulesOf(bundle: Bundle): Record<string, WorkerModule> {
  const watching = `
addEventListener('unhandledrejection', ({ reason }) => {
  console.error('unhandled rejection: ' + (reason?.stack ?? reason))
})
export * from './${bundle.main}'
export { default } from './${bundle.main}'
`
  const own = Object.entries(bundle.modules).map(([name, module]) => [name, { ...module }] as const)
  return Object.fromEntries<WorkerModule>([[watcher, { type: 'esm', contents: watching }], ...own])
}

type Binding =
  | { readonly type: 'kv'; readonly id: string }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'json'; readonly value: Json }
  | { readonly type: 'durable-object'; readonly worker: string; readonly exportName: string }
  | {
      readonly type: 'rate-limit'
      readonly namespace: string
      readonly simple: { readonly limit: number; readonly period: 60 }
    }
/** What a variable of `wrangler.toml` may be. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type Bindings = Readonly<Record<string, Binding>>

function varBindings(vars: Readonly<Record<string, unknown>>): Bindings {
  const given = Object.entries(vars).filter(([, value]) => value !== null)
  return Object.fromEntries(
    given.map(([name, value]) => [
      name,
      typeof value === 'string'
        ? { type: 'text' as const, value }
        : { type: 'json' as const, value: value as Json },
    ]),
  )
}

function objectBindings(worker: string, durableObjects: Readonly<Record<string, string>>): Bindings {
  return Object.fromEntries(
    Object.entries(durableObjects).map(([binding, exportName]) => [
      binding,
      { type: 'durable-object' as const, worker, exportName },
    ]),
  )
}

function namespaceBindings(names: readonly string[]): Bindings {
  return Object.fromEntries(names.map((name) => [name, { type: 'kv' as const, id: name }]))
}

function limitBindings(rateLimits: Readonly<Record<string, number>>): Bindings {
  return Object.fromEntries(
    Object.entries(rateLimits).map(([binding, limit], position) => [
      binding,
      {
        type: 'rate-limit' as const,
        namespace: String(1_001 + position),
        simple: { limit, period: 60 as const },
      },
    ]),
  )
}
