/** Which models do the work: the doubles with their stated rates, or those at the addresses that were given. */
import { NearsideError } from '@nearside/core'
import { executorProfile, supervisorProfile } from '../../simulate/doubles/profile.ts'
import { type RunSettings, supervisorPrice } from './open-models.ts'

export type ModelWords = {
  readonly executor?: string | undefined
  readonly supervisor?: string | undefined
  readonly 'executor-model'?: string | undefined
  readonly 'supervisor-model'?: string | undefined
}

/** What a command line has for it, as `parseArgs` takes it. */
export const modelFlags = {
  executor: { type: 'string' },
  supervisor: { type: 'string' },
  'executor-model': { type: 'string' },
  'supervisor-model': { type: 'string' },
} as const

export function runSettings(
  seed: number,
  words: ModelWords,
  env: Readonly<Record<string, string | undefined>>,
): RunSettings {
  return {
    seed,
    price: supervisorPrice,
    profiles: { executor: executorProfile, supervisor: supervisorProfile },
    executor: modelOf('executor', words.executor, words['executor-model'], env.EXECUTOR_KEY),
    supervisor: modelOf('supervisor', words.supervisor, words['supervisor-model'], env.SUPERVISOR_KEY),
  }
}

function modelOf(
  role: 'executor' | 'supervisor',
  url: string | undefined,
  model: string | undefined,
  key: string | undefined,
): RunSettings['executor'] {
  if (url !== undefined && !(URL.canParse(url) && /^https?:/.test(url))) {
    throw new NearsideError('bad-options', `${url} is no URL; a model's goes up to and with its version.`)
  }
  return { url: url ?? null, model: model ?? `${role}-double`, key: key ?? 'none' }
}
