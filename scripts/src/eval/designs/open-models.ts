/**
 * The two models that the designs share: doubles with stated profiles, or, where addresses are given, real ones behind taps.
 */
import type { Price } from '@nearside/core'
import type { Profile } from '../../simulate/doubles/profile.ts'
import { type Double, startDouble } from '../../simulate/doubles/start-double.ts'
import { supervise } from '../../simulate/doubles/supervise.ts'
import { startTap } from './tap.ts'

export type ModelSettings = {
  /** Up to and with the version; null has a double. */
  readonly url: string | null
  readonly model: string
  readonly key: string
}

export type Models = {
  readonly executor: Double
  readonly supervisor: Double
  close(): Promise<void>
}

export type RunSettings = {
  readonly seed: number
  readonly executor: ModelSettings
  readonly supervisor: ModelSettings
  readonly price: Price
  /** Of the doubles. */
  readonly profiles: { readonly executor: Profile; readonly supervisor: Profile }
}

/** What is asked of the supervisor, as a list price of November 2026: 2.50, 1.25 cached and 10 dollars a million tokens. */
export const supervisorPrice: Price = {
  since: '2024-10-02',
  prompt: 2_500,
  cachedPrompt: 1_250,
  output: 10_000,
  longContext: null,
}

/**
 * Of the device, in millijoules a token: 30 watts at 500 tokens a second of prompt and 15 of output, as small models of
 * four bits have on a desktop's processor. Prompt that is in the cache takes nothing; the cloud's energy is not counted.
 */
export const deviceEnergy = { promptMillijoules: 60, outputMillijoules: 2_000 } as const

/** A provider keeps long prompts; a local engine keeps all of them. */
const cachedFromTokens = { executor: 0, supervisor: 1_024 } as const

export async function openModels(settings: RunSettings): Promise<Models> {
  const executor = await openModel(settings, 'executor')
  const supervisor = await openModel(settings, 'supervisor')
  return {
    executor,
    supervisor,
    close: async () => void (await Promise.all([executor.close(), supervisor.close()])),
  }
}

async function openModel(settings: RunSettings, role: 'executor' | 'supervisor'): Promise<Double> {
  const { url } = settings[role]
  if (url !== null) return await startTap(url)
  const { seed } = settings
  const profile = settings.profiles[role]
  return await startDouble({
    profile,
    seed,
    cachedFromTokens: cachedFromTokens[role],
    ...(role === 'supervisor' ? { supervises: (chat) => supervise(chat, profile, seed) } : {}),
  })
}
