/** What stands above every table: whether it is a simulation, and the rates that it rests on. */
import type { Profile } from '../../simulate/doubles/profile.ts'
import { deviceEnergy, type RunSettings } from './open-models.ts'

export function modelLines(settings: RunSettings): readonly string[] {
  const { price, profiles } = settings
  return [
    line('executor', settings.executor.url, profiles.executor),
    line('supervisor', settings.supervisor.url, profiles.supervisor),
    `Prices, nano-dollars a token of the supervisor: prompt ${price.prompt}, cached ${price.cachedPrompt}, output ${price.output}.`,
    `Energy, assumed for the device: ${deviceEnergy.promptMillijoules / 1_000} J a token of prompt that is not cached, ${deviceEnergy.outputMillijoules / 1_000} J a token of output.`,
  ]
}

function line(role: string, url: string | null, profile: Profile): string {
  if (url !== null) return `The ${role} is the model at ${url}.`
  const rates = Object.entries(profile).map(([name, value]) => `${name} ${value}`)
  return `SIMULATION: the ${role} is a double, with assumed rates: ${rates.join(', ')}.`
}
