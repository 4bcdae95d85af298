/**
 * What `wrangler.toml` at the root says of the Worker, read by wrangler itself: benches and tests run under the
 * compatibility date, flags and bindings that are deployed, or they prove nothing about what is deployed.
 */
import { root } from './repository.ts'

export type WorkerSettings = {
  readonly name: string
  /** Absolute path of the entry module. */
  readonly main: string
  readonly compatibilityDate: string
  readonly compatibilityFlags: readonly string[]
  readonly vars: Readonly<Record<string, unknown>>
  readonly durableObjects: readonly { readonly binding: string; readonly className: string }[]
}

export async function readSettings(configFile: string = `${root}wrangler.toml`): Promise<WorkerSettings> {
  // Half a second of start-up, paid only by who asks.
  const { unstable_readConfig } = await import('wrangler')
  const config = unstable_readConfig({ config: configFile })
  if (config.main === undefined || config.compatibility_date === undefined) {
    throw new Error(`${configFile} names no main module or no compatibility date`)
  }
  return {
    name: config.name ?? 'worker',
    main: config.main,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    vars: { ...config.vars },
    durableObjects: config.durable_objects.bindings.map(
      (object: { readonly name: string; readonly class_name: string }) => ({
        binding: object.name,
        className: object.class_name,
      }),
    ),
  }
}
