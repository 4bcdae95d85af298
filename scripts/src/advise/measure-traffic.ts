/**
 * What records tell of the traffic. A figure that they are too few or too short for is left to be said or assumed.
 *
 * What must not leave is `never-leave`, and a sensitive text that may go to no provider. Easy is what the judge put below the
 * threshold in force, of the requests that it judged; a small model that was asked for tools or images it has not is not able.
 */
import { type RequestRecord, routingScore } from '@nearside/core'
import { isDecided } from '../replay/plans.ts'
import type { SomeFigures } from './figures.ts'

export type TrafficMeter = { add(record: RequestRecord): void; told(): SomeFigures }

const hourMs = 3_600_000
/** Less than an hour says nothing of a day, less than a day nothing of its peak. */
const leastSpanMs = hourMs
const leastSpanForPeakMs = 24 * hourMs
/** More hours than a decade has are a clock that is broken. */
const mostHours = 100_000
const fewestAnswers = 20

export function openTrafficMeter(): TrafficMeter {
  const hours = new Map<number, number>()
  const budgets: number[] = new Array<number>(fineClasses + coarseClasses + 1).fill(0)
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [requests, decided, confined, judged, easy] = [0, 0, 0, 0, 0]
  let [answers, prompts, outputs, told, joules] = [0, 0, 0, 0, 0]
  let price: { readonly prompt: number; readonly output: number; readonly model: string } | null = null

  return {
    add(record) {
      if (record.replayOf !== null) return
      requests++
      first = Math.min(first, record.at)
      last = Math.max(last, record.at)
      const hour = Math.floor(record.at / hourMs)
      if (hours.has(hour) || hours.size < mostHours) hours.set(hour, (hours.get(hour) ?? 0) + 1)
      if (!isDecided(record)) return
      decided++
      const { wishes, signals, field, usage, served } = record
      const { level } = wishes.privacy
      if (level === 'never-leave' || (level === 'sensitive' && wishes.privacy.confined === true)) confined++
      budgets[classOf(wishes.latencyMs)]! += 1
      if (signals.difficulty !== null && record.frontierFrom !== null) {
        judged++
        const locals = field.filter(({ tier }) => tier === 'local')
        const isAble =
          locals.length === 0 ||
          locals.some(
            ({ tools, images }) =>
              (tools || !signals.tools) && (images || !(signals.images || signals.audio)),
          )
        if (signals.edge !== null || (isAble && routingScore(signals) < record.frontierFrom)) easy++
      }
      if (usage !== null && served !== null && served.tier !== 'edge' && record.outcome === 'answered') {
        answers++
        prompts += usage.promptTokens
        outputs += usage.outputTokens
      }
      if (record.joules !== null && record.joules > 0) {
        told++
        joules += record.joules
      }
      const frontier = field.find(({ tier, byNameOnly }) => tier === 'frontier' && !byNameOnly)
      if (frontier !== undefined && frontier.price !== null)
        price = { prompt: frontier.price.prompt, output: frontier.price.output, model: frontier.model }
    },
    told() {
      const spanMs = last - first
      const perHour = requests / (spanMs / hourMs)
      const over = `${requests} requests in ${(spanMs / hourMs).toFixed(1)} hours`
      const peak = Math.max(0, ...hours.values())
      const measured = (value: number, note: string) => ({ value, source: 'measured', note }) as const
      return {
        ...(spanMs < leastSpanMs ? {} : { requestsPerDay: measured(Math.max(1, perHour * 24), over) }),
        ...(spanMs < leastSpanForPeakMs
          ? {}
          : { peakToMean: measured(Math.max(1, peak / perHour), `${peak} in the busiest hour`) }),
        ...(decided === 0
          ? {}
          : {
              confinedShare: measured(confined / decided, `${confined} of ${decided} decided requests`),
              latencyMs: measured(medianBudget(budgets, decided), 'asked for by half of the callers'),
            }),
        ...(judged < fewestAnswers
          ? {}
          : { easyShare: measured(easy / judged, `${easy} of ${judged} judged requests`) }),
        ...(answers < fewestAnswers
          ? {}
          : {
              promptTokens: measured(Math.max(1, prompts / answers), `${answers} answers`),
              outputTokens: measured(Math.max(1, outputs / answers), `${answers} answers`),
            }),
        ...(told < fewestAnswers
          ? {}
          : { joulesPerRequest: measured(joules / told, `told by nodes of ${told} answers`) }),
        ...(price === null
          ? {}
          : {
              // A thousand nano-dollars a token are a dollar a million.
              cloudPromptUsd: measured(price.prompt / 1_000, price.model),
              cloudOutputUsd: measured(price.output / 1_000, price.model),
            }),
      }
    },
  }
}

/** Budgets are counted by the millisecond, and above a second by the tenth, so that memory does not grow with the records. */
const fineClasses = 1_000
const coarseMs = 100
const coarseClasses = 600

function classOf(latencyMs: number | null): number {
  if (latencyMs === null) return fineClasses + coarseClasses
  if (latencyMs <= fineClasses) return Math.max(0, Math.ceil(latencyMs) - 1)
  return Math.min(
    fineClasses + coarseClasses - 1,
    fineClasses - 1 + Math.ceil((latencyMs - fineClasses) / coarseMs),
  )
}

function longestOf(at: number): number {
  return at < fineClasses ? at + 1 : fineClasses + (at - fineClasses + 1) * coarseMs
}

/** What at least half of the requests need or something tighter; 0 where fewer than half say anything. */
function medianBudget(budgets: readonly number[], all: number): number {
  let seen = 0
  for (let at = 0; at < fineClasses + coarseClasses; at++) {
    seen += budgets[at] ?? 0
    if (2 * seen >= all) return longestOf(at)
  }
  return 0
}
