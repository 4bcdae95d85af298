/**
 * Reads a record again, from a line of JSON that a gateway of this or an older minor version wrote.
 *
 * Strictly where a decision is made from it: a record that is read wrongly replays to a decision that nobody made.
 * Fields that are not known are let be: newer gateways of the same version say more.
 */
import { NearsideError } from '../fault/nearside-error.ts'
import { strategies } from '../plan/plan.ts'
import { reasons, refusals } from '../plan/reason.ts'
import { sessionStates } from '../plan/session-state.ts'
import { tierNames } from '../plan/target.ts'
import { isZone, privacyLevels } from '../privacy/zone.ts'
import { type RequestRecord, recordVersion } from './record.ts'

type Check = (value: unknown, path: string) => void
type Fields = { readonly [name: string]: Check }

/** Throws `bad-request` with the path of what is wrong; it never quotes a value. */
export function readRecord(value: unknown, path = 'record'): RequestRecord {
  object({ version })(value, path)
  record(value, path)
  return value as RequestRecord
}

function wrong(path: string, what: string): NearsideError {
  return new NearsideError('bad-request', `${path} ${what}.`, { param: path })
}

const is =
  (test: (value: unknown) => boolean, what: string): Check =>
  (value, path) => {
    if (!test(value)) throw wrong(path, value === undefined ? `is missing: it is ${what}` : `is ${what}`)
  }
const version = is((value) => value === recordVersion, `${recordVersion}: this reads no other version`)
const text = is((value) => typeof value === 'string', 'text')
const flag = is((value) => typeof value === 'boolean', 'true or false')
const number = is((value) => typeof value === 'number' && Number.isFinite(value), 'a number')
const count = is((value) => Number.isSafeInteger(value) && (value as number) >= 0, 'a whole number from 0')
const share = is((value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1')
const zone = is((value) => typeof value === 'string' && isZone(value), 'premises, gateway or provider:<name>')
const oneOf = (names: readonly string[]): Check =>
  is((value) => names.includes(value as string), `one of ${names.join(', ')}`)
const tier = oneOf(tierNames)

const nullable =
  (check: Check): Check =>
  (value, path) => {
    if (value !== null) check(value, path)
  }
const optional =
  (check: Check): Check =>
  (value, path) => {
    if (value !== undefined) check(value, path)
  }
const list =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'is a list')
    value.forEach((item, at) => {
      check(item, `${path}[${at}]`)
    })
  }
const atLeastOne =
  (check: Check): Check =>
  (value, path) => {
    list(check)(value, path)
    if ((value as readonly unknown[]).length === 0) throw wrong(path, 'has at least one')
  }
const object =
  (fields: Fields): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'is an object')
    const given = value as Readonly<Record<string, unknown>>
    for (const [name, check] of Object.entries(fields)) check(given[name], `${path}.${name}`)
  }
/** Which fields an object has is said by one of them. */
const variants =
  (by: string, kinds: { readonly [kind: string]: Fields }): Check =>
  (value, path) => {
    object({ [by]: oneOf(Object.keys(kinds)) })(value, path)
    const kind = (value as Readonly<Record<string, string>>)[by] ?? ''
    object(kinds[kind] ?? {})(value, path)
  }

const privacyLevel = oneOf(privacyLevels)
const step = object({ target: text, tier, model: text })
const strategy = oneOf(strategies)

const wishes = object({
  ask: variants('kind', { auto: {}, tier: { tier }, model: { model: text } }),
  privacy: object({ level: privacyLevel, providers: list(text), confined: optional(flag) }),
  latencyMs: nullable(number),
  quality: nullable(share),
  strategy: nullable(strategy),
  mayUse: optional(object({ tiers: optional(list(tier)), models: optional(list(text)) })),
  stay: optional(
    object({
      session: optional(object({ tier, model: text, version: nullable(text) })),
      toolCalls: optional(object({ tier, model: nullable(text) })),
    }),
  ),
  suspected: optional(flag),
})

const signals = object({
  promptTokens: count,
  outputTokens: nullable(count),
  turns: count,
  difficulty: nullable(number),
  gain: nullable(number),
  task: nullable(text),
  kinds: optional(
    list(object({ difficulty: nullable(number), gain: nullable(number), task: nullable(text) })),
  ),
  tools: flag,
  schema: flag,
  images: flag,
  audio: flag,
  stream: optional(flag),
  documentTokens: optional(count),
  edge: nullable(object({ answerer: text, confidence: share })),
})

const rates = { prompt: count, cachedPrompt: count, output: count }
const price = object({ since: text, ...rates, longContext: nullable(object({ above: count, ...rates })) })

const target = object({
  name: text,
  tier,
  zone,
  model: text,
  price: nullable(price),
  contextTokens: count,
  tools: flag,
  images: flag,
  byNameOnly: flag,
  standing: oneOf(['ready', 'trying', 'resting']),
  firstTokenMs: nullable(number),
  wholeMs: optional(nullable(number)),
  version: optional(nullable(text)),
  expectedWaitMs: nullable(number),
  lot: share,
})

const plan = variants('kind', {
  serve: {
    strategy,
    steps: atLeastOne(step),
    fallbacks: list(step),
    wished: tier,
    reason: oneOf(reasons),
    confidence: share,
    degraded: nullable(text),
    privacy: privacyLevel,
  },
  refuse: { strategy, refusal: oneOf(refusals), privacy: privacyLevel },
})

const record = object({
  id: text,
  tenant: nullable(text),
  at: number,
  durationMs: number,
  stream: flag,
  wishes: nullable(wishes),
  signals: nullable(signals),
  field: nullable(list(target)),
  policy: nullable(text),
  traffic: optional(nullable(object({ requests: count, moved: count }))),
  budget: optional(nullable(list(object({ model: text, left: count, heardAt: number })))),
  frontierFrom: nullable(share),
  plan: nullable(plan),
  steps: list(
    object({
      target: text,
      tier,
      model: text,
      attempt: count,
      startedMs: number,
      durationMs: number,
      outcome: oneOf(['begun', 'failed', 'denied', 'resting']),
      error: nullable(text),
    }),
  ),
  judged: optional(
    list(
      object({
        target: text,
        tier,
        model: text,
        outcome: text,
        confidence: nullable(share),
        faults: list(text),
        agreement: optional(share),
        joules: nullable(number),
      }),
    ),
  ),
  served: nullable(
    object({
      target: text,
      tier,
      model: text,
      attempts: count,
      version: optional(text),
      firstTokenMs: nullable(number),
    }),
  ),
  degraded: nullable(text),
  session: optional(oneOf(sessionStates)),
  outcome: oneOf(['answered', 'cut', 'client-gone', 'refused']),
  error: nullable(text),
  usage: nullable(object({ promptTokens: number, outputTokens: number })),
  charge: nullable(object({ amount: count, flag: nullable(oneOf(['estimated', 'uncertain'])) })),
  joules: nullable(number),
  answerConfidence: nullable(share),
  overheadMs: number,
  replayOf: nullable(text),
})
