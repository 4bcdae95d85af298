/** Builds the standalone Worker as wrangler would and runs it in workerd on a port of this machine. */
import { Miniflare } from 'miniflare'
import { bundleWorker } from '../workerd/bundle.ts'
import { readSettings } from '../workerd/settings.ts'

export type RunningWorker = { readonly url: string; close(): Promise<void> }

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function runWorker(
  host: string,
  port: number,
  variables: Readonly<Record<string, string>>,
): Promise<RunningWorker> {
  const settings = await readSettings()
  const bundle = await bundleWorker(settings.main)
  const vars = { ...settings.vars, ...variables }
  const handlers = signals.map((signal) => process.listeners(signal))
  const miniflare = new Miniflare({
    host,
    port: 0,
    workers: [
      {
        config: {
          name: settings.name,
          compatibilityDate: settings.compatibilityDate,
          compatibilityFlags: [...settings.compatibilityFlags],
          manifest: { mainModule: bundle.main, modulesRoot: '/', modules: { ...bundle.modules } },
          env: {
            ...Object.fromEntries(
              Object.entries(vars).map(([name, value]) => [
                name,
                { type: 'text' as const, value: String(value) },
              ]),
            ),
            ...Object.fromEntries(
              settings.durableObjects.map(({ binding, className }) => [
                binding,
                { type: 'durable-object' as const, worker: settings.name, exportName: className },
              ]),
            ),
          },
          exports: Object.fromEntries(
            settings.durableObjects.map(({ className }) => [
              className,
              { type: 'durable-object' as const, storage: 'sqlite' as const },
            ]),
          ),
        },
        // Straight to the Worker: the tool's own entry would stand between it and a client that hangs up.
        dev: { unsafeDirectSockets: [{ host, port }], stripCfConnectingIp: false },
      },
    ],
  })
  // Its own handlers end the process at once, before whoever started it has ended what runs beside it. workerd still goes
  // with the process, by another.
  signals.forEach((signal, at) => {
    for (const handler of process.listeners(signal))
      if (!handlers[at]?.includes(handler)) process.off(signal, handler)
  })
  await miniflare.ready
  const { origin } = await miniflare.unsafeGetDirectURL(settings.name)
  return { url: origin, close: () => miniflare.dispose() }
}
