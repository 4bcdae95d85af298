/** The variables as a gateway on this machine would take them; whatever is wrong is told by its variable. */
import { isNearsideError } from '@nearside/core'
import { resolveOptions } from '@nearside/workers'
import {
  type EnvironmentOptions,
  type EnvironmentStore,
  inVariables,
  readEnvironment,
  standaloneOptions,
} from '@nearside/workers/env'
import { shippedHeads } from './serve.ts'

export type ResolvedVariables = {
  /** As they were read: what a host may still change. */
  readonly read: EnvironmentOptions
  readonly options: ReturnType<typeof resolveOptions>
}

export function resolveVariables(
  variables: Parameters<typeof readEnvironment>[0],
  store: EnvironmentStore,
): ResolvedVariables {
  const read = readEnvironment(variables, store, shippedHeads)
  try {
    return { read, options: resolveOptions(standaloneOptions(read, null)) }
  } catch (error) {
    throw isNearsideError(error) ? inVariables(error) : error
  }
}
