/**
 * Whether a model of one's own beside the cloud is worth it for this traffic.
 *
 * Four things speak for it: answers that must begin sooner than a far data centre begins them, texts that must not leave, enough
 * steady work that owned hardware costs less than what it replaces, and requests that a small model can do. One alone is met
 * more cheaply in another way; two of them carry the work of running hardware. Hence two of four, or: stay with the cloud.
 */
import { nanoPerUsd } from '@nearside/core'
import type { Figures } from './figures.ts'

export type Criterion = {
  readonly name: 'latency' | 'sensitivity' | 'volume' | 'easy requests'
  readonly met: boolean
  readonly value: number
  /** What it is held against. */
  readonly bar: number | null
}

/** The sums by which volume is judged. Money in whole nano-dollars. */
export type VolumeSums = {
  readonly nearPerDay: number
  readonly nodeSeconds: number
  readonly meanLoad: number
  readonly peakLoad: number
  readonly nodes: number
  readonly utilisation: number
  /** Of calls' own time that a call waits on average in the busiest hour, where arrivals and lengths are random (M/M/1). */
  readonly waitAtPeak: number
  readonly hardwarePerHour: number
  readonly idlePowerPerHour: number
  readonly upkeepPerHour: number
  readonly fixedPerHour: number
  readonly joules: number
  readonly energyPerRequest: number
  readonly cloudPerRequest: number
  readonly requestsPerBusyHour: number
  /** Of a node's hours, those that must be busy; null where not even the energy is cheaper than the cloud. */
  readonly breakEven: number | null
  readonly nearCostPerDay: number
  readonly cloudCostPerDay: number
}

export type Advice = {
  readonly verdict: 'hybrid' | 'stay with the cloud'
  readonly met: number
  readonly criteria: readonly Criterion[]
  readonly volume: VolumeSums
  /** What must not leave, whatever pays: said where the verdict is the cloud. */
  readonly confinedAnyway: boolean
}

export const neededCriteria = 2
const hoursPerYear = 8_760
const secondsPerDay = 86_400
const joulesPerKwh = 3_600_000

export function advise(figures: Figures): Advice {
  const value = (name: keyof Figures): number => figures[name].value
  const volume = volumeSums(figures)
  const latencyMs = value('latencyMs')
  const criteria: readonly Criterion[] = [
    {
      name: 'latency',
      met: latencyMs > 0 && latencyMs < value('quickMs'),
      value: latencyMs,
      bar: value('quickMs'),
    },
    {
      name: 'sensitivity',
      met: value('confinedShare') > 0 && value('confinedShare') >= value('confinedFrom'),
      value: value('confinedShare'),
      bar: value('confinedFrom'),
    },
    {
      name: 'volume',
      met: volume.breakEven !== null && volume.utilisation >= volume.breakEven,
      value: volume.utilisation,
      bar: volume.breakEven,
    },
    {
      name: 'easy requests',
      met: value('easyShare') > 0 && value('easyShare') >= value('easyFrom'),
      value: value('easyShare'),
      bar: value('easyFrom'),
    },
  ]
  const met = criteria.filter((criterion) => criterion.met).length
  const verdict = met >= neededCriteria ? 'hybrid' : 'stay with the cloud'
  const confinedAnyway = verdict !== 'hybrid' && value('confinedShare') > 0
  return { verdict, met, criteria, volume, confinedAnyway }
}

/**
 * What moves is what is easy. Nodes are bought for the busiest hour and paid for in every hour, which is how unsteady traffic loses:
 * the peak sets their number, the mean what they earn.
 */
function volumeSums(figures: Figures): VolumeSums {
  const value = (name: keyof Figures): number => figures[name].value
  const nearPerDay = value('requestsPerDay') * value('easyShare')
  const nodeSeconds =
    value('promptTokens') / value('nodePromptTokensPerSecond') +
    value('outputTokens') / value('nodeOutputTokensPerSecond')
  const meanLoad = (nearPerDay * nodeSeconds) / secondsPerDay
  const peakLoad = meanLoad * value('peakToMean')
  const nodes = Math.max(1, Math.ceil(peakLoad / value('busyAtPeak')))
  const utilisation = meanLoad / nodes
  const atPeak = peakLoad / nodes

  const hardwarePerHour = nano(value('nodeUsd') / (value('years') * hoursPerYear))
  const idlePowerPerHour = nano((value('idleWatts') / 1_000) * value('kwhUsd'))
  const upkeepPerHour = nano((value('upkeepUsdPerMonth') * 12) / hoursPerYear)
  const fixedPerHour = hardwarePerHour + idlePowerPerHour + upkeepPerHour
  const byWatts = nodeSeconds * Math.max(0, value('busyWatts') - value('idleWatts'))
  const joules = value('joulesPerRequest') > 0 ? value('joulesPerRequest') : byWatts
  const energyPerRequest = nano((joules / joulesPerKwh) * value('kwhUsd'))
  const cloudPerRequest = nano(
    (value('promptTokens') * value('cloudPromptUsd') + value('outputTokens') * value('cloudOutputUsd')) / 1e6,
  )
  const requestsPerBusyHour = 3_600 / nodeSeconds
  const saved = requestsPerBusyHour * (cloudPerRequest - energyPerRequest)
  return {
    nearPerDay,
    nodeSeconds,
    meanLoad,
    peakLoad,
    nodes,
    utilisation,
    waitAtPeak: atPeak / (1 - atPeak),
    hardwarePerHour,
    idlePowerPerHour,
    upkeepPerHour,
    fixedPerHour,
    joules,
    energyPerRequest,
    cloudPerRequest,
    requestsPerBusyHour,
    breakEven: saved > 0 ? fixedPerHour / saved : null,
    nearCostPerDay: Math.round(nodes * fixedPerHour * 24 + nearPerDay * energyPerRequest),
    cloudCostPerDay: Math.round(nearPerDay * cloudPerRequest),
  }
}

function nano(usd: number): number {
  return Math.round(usd * nanoPerUsd)
}
