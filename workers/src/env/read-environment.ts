/**
 * The standalone gateway's settings: environment variables and secrets in, the middleware's options out.
 *
 * The one place that reads names in capitals, for the Worker and for the Node gateway alike. An unknown variable of
 * ours is refused: a misspelt secret would leave a gate open that its owner believes shut.
 */
import {
  type CapTerms,
  type GivenPolicy,
  isNearsideError,
  mayGo,
  nearName,
  parseUsd,
  privacyLevels,
} from '@nearside/core'
import * as v from 'valibot'
import type { NearsideOptions } from '../options/options.ts'
import { readAdmission } from './admission.ts'
import { readAlerts } from './alerts.ts'
import { cacheStores, readCache } from './cache.ts'
import { readIdempotency } from './idempotency.ts'
import { refuseIdle, storeUsers } from './idle.ts'
import { inVariables } from './in-variables.ts'
import { readLimits } from './limits.ts'
import { readPolicy } from './policy.ts'
import { readPrices } from './prices.ts'
import { type HeadsReader, readPrivacy } from './privacy.ts'
import { readQuality } from './quality.ts'
import { type EnvironmentStore, readRedis } from './redis.ts'
import { readResponses } from './responses.ts'
import { readSessions } from './sessions.ts'
import type { Settings } from './settings.ts'
import { readSkills } from './skills.ts'
import { readDeadlines } from './store-ms.ts'
import { readSupervision } from './supervision.ts'
import { readTelemetry } from './telemetry.ts'
import { readFrontier, readLocal } from './upstreams.ts'
import { pairs, words, wrong } from './words.ts'

export { isLoopback } from '../options/is-loopback.ts'
export { inVariables } from './in-variables.ts'
export type { EnvironmentStore } from './redis.ts'
export { standaloneOptions } from './standalone-options.ts'

const text = v.optional(v.pipe(v.string(), v.trim()), '')

const fields = {
  NEARSIDE_KEYS: text,
  NEARSIDE_KEY_SECRET: text,
  NEARSIDE_KEY_SECRET_PREVIOUS: text,
  NEARSIDE_KEY_RECHECK_SECONDS: text,
  NEARSIDE_SEAL_SECRET: text,
  NEARSIDE_SEAL_SECRET_PREVIOUS: text,
  NEARSIDE_CACHE: v.optional(v.picklist(['', ...cacheStores]), ''),
  NEARSIDE_CACHE_SECONDS: text,
  NEARSIDE_CACHE_ALIKE: v.optional(v.picklist(['', 'true', 'false']), ''),
  NEARSIDE_CACHE_WHEN_SAMPLING: v.optional(v.picklist(['', 'store', 'bypass']), ''),
  NEARSIDE_SESSION_SECRET: text,
  NEARSIDE_SESSION_SECRET_PREVIOUS: text,
  NEARSIDE_RESPONSES_DAYS: text,
  NEARSIDE_SKILLS: text,
  NEARSIDE_ALERT_URL: text,
  NEARSIDE_ALERT_SECRET: text,
  NEARSIDE_OTLP_URL: text,
  NEARSIDE_OTLP_HEADERS: text,
  NEARSIDE_OTLP_ZONE: text,
  NEARSIDE_OTLP_SERVICE: text,
  NEARSIDE_JUDGE_SHARE: text,
  NEARSIDE_JUDGE_MODEL: text,
  NEARSIDE_JUDGE_DAY_USD: text,
  NEARSIDE_JUDGE_LEVEL: text,
  NEARSIDE_JUDGE_MOVES: v.optional(v.picklist(['', 'true', 'false']), ''),
  NEARSIDE_OPEN: v.optional(v.picklist(['', 'loopback']), ''),
  NEARSIDE_FRONTIER_URL: text,
  NEARSIDE_FRONTIER_KEY: text,
  NEARSIDE_FRONTIER_MODELS: text,
  NEARSIDE_FRONTIER_EMBEDDINGS: text,
  OPENAI_API_KEY: text,
  NEARSIDE_LOCAL_URL: text,
  NEARSIDE_LOCAL_SECRET: text,
  NEARSIDE_LOCAL_MODELS: text,
  NEARSIDE_LOCAL_EMBEDDINGS: text,
  NEARSIDE_LOCAL_CONTEXT_TOKENS: text,
  NEARSIDE_LOCAL_TAKES: text,
  NEARSIDE_LOCAL_ZONE: text,
  NEARSIDE_ALIASES: text,
  NEARSIDE_PRICES: text,
  NEARSIDE_PRIVACY: v.optional(v.picklist(['', ...privacyLevels]), ''),
  NEARSIDE_PROVIDERS: text,
  NEARSIDE_DETECT: v.optional(v.picklist(['', 'off', 'rules', 'learned']), ''),
  NEARSIDE_REDACT: v.optional(v.picklist(['', 'true', 'false', 'refuse']), ''),
  NEARSIDE_ATTACKS: text,
  NEARSIDE_PRIVACY_RULES: text,
  NEARSIDE_EDGE_MAY_SEE: v.optional(v.picklist(['', 'true', 'false']), ''),
  NEARSIDE_BUDGET_DAY_USD: text,
  NEARSIDE_BUDGET_MONTH_USD: text,
  NEARSIDE_LIMIT_REQUESTS_MINUTE: text,
  NEARSIDE_LIMIT_TOKENS_MINUTE: text,
  NEARSIDE_LIMIT_CONCURRENT: text,
  NEARSIDE_ON_STORE_ERROR: text,
  UPSTASH_REDIS_REST_URL: text,
  UPSTASH_REDIS_REST_TOKEN: text,
  NEARSIDE_REDIS_ZONE: text,
  NEARSIDE_STORE_MS: text,
  NEARSIDE_POLICY: text,
  NEARSIDE_WHEN_SPENT: v.optional(v.picklist(['', 'refuse', 'nearer']), ''),
  NEARSIDE_CLAMP_OUTPUT: v.optional(v.picklist(['', 'true', 'false']), ''),
  NEARSIDE_ON_HANG_UP: v.optional(v.picklist(['', 'abort', 'finish']), ''),
} satisfies Record<keyof Settings, unknown>

const schema = v.object(fields)

/**
 * Of a process's environment, what is meant for the gateway: its own variables, misspelt ones with them. A variable of
 * ours that is empty is not set.
 */
export function gatewayVariables(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (Object.hasOwn(fields, entry[0]) ? entry[1].trim() !== '' : entry[0].startsWith('NEARSIDE_')) &&
      !othersVariables.test(entry[0]),
  )
  return Object.fromEntries(own)
}

/** Those of local-runtime, and of the project's own tests and training. */
const othersVariables = /^NEARSIDE_(?:RUNTIME_\w+|MODELS|HUB_URL|HUB_TOKEN|LONG|DATA)$/

/** What the environment can say: everything but the host's own functions. */
export type EnvironmentOptions = Omit<NearsideOptions, 'account' | 'onRecord' | 'onFault' | 'policy'> & {
  readonly policy: GivenPolicy
}

/**
 * `store` keeps the budgets where caps are set and no Redis is named; null where the host has none. `heads` reads the learned
 * heads where a rule needs them.
 */
export function readEnvironment(
  env: Readonly<Record<string, unknown>>,
  store: EnvironmentStore | null,
  heads: HeadsReader = null,
): EnvironmentOptions {
  try {
    return readAll(env, store, heads)
  } catch (error) {
    throw isNearsideError(error) ? inVariables(error) : error
  }
}

function readAll(
  env: Readonly<Record<string, unknown>>,
  store: EnvironmentStore | null,
  heads: HeadsReader,
): EnvironmentOptions {
  const settings = readSettings(env)
  refuseIdle(settings)
  const caps = readCaps(settings)
  const limits = readLimits(settings)
  const frontier = readFrontier(settings)
  const policy = readPolicy(settings)
  const local = readLocal(settings)
  if (frontier === null && local === null && settings.NEARSIDE_SKILLS === 'none')
    throw wrong('NEARSIDE_SKILLS', 'is none, and no upstream is set: nothing could answer')
  return {
    ...readAdmission(settings),
    ...(frontier === null ? {} : { frontier }),
    ...(local === null ? {} : { local }),
    ...readPrivacy(settings, heads),
    ...readDeadlines(settings),
    ...readIdempotency(settings),
    ...readSkills(settings),
    ...readCache(settings, env),
    ...readResponses(settings, store?.responses ?? null),
    ...readSessions(settings),
    aliases: Object.fromEntries(pairs(settings.NEARSIDE_ALIASES, 'NEARSIDE_ALIASES')),
    prices: readPrices(settings),
    edgeMaySee: settings.NEARSIDE_EDGE_MAY_SEE !== 'false',
    onHangUp: settings.NEARSIDE_ON_HANG_UP || 'abort',
    policy,
    ...readSupervision(settings, policy),
    ...(caps.length === 0 ? {} : { caps }),
    ...(limits === null ? {} : { limits }),
    ...readTelemetry(settings),
    ...readQuality(settings, frontier, store?.verdicts ?? null),
    ...(keepsBudgets(settings) ? { ...readBudgets(settings, store), ...readAlerts(settings) } : {}),
  }
}

function readSettings(env: Readonly<Record<string, unknown>>): Settings {
  for (const name of Object.keys(env)) {
    if (name.startsWith('NEARSIDE_') && !Object.hasOwn(fields, name)) {
      const near = nearName(name, Object.keys(fields))
      const instead =
        near === null ? 'wrangler.toml and docs/reference.md list them all' : `did you mean ${near}?`
      throw wrong(name, `is not a setting; ${instead}`)
    }
  }
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => Object.hasOwn(fields, name)))
  const read = v.safeParse(schema, own)
  if (read.success) return read.output
  const issue = read.issues[0]
  const name = String(issue.path?.[0]?.key ?? 'environment')
  // As valibot writes what it expects of a word: ("" | "off" | "rules").
  const known = issue.type === 'picklist' ? (issue.expected?.match(/[a-z][a-z-]*/g) ?? []) : []
  throw wrong(name, `is ${known.join(' or ') || 'a text'}`)
}

/** With a Redis, saying what holds while it is away switches budgets on: their caps may all be set later. */
function keepsBudgets(settings: Settings): boolean {
  const { UPSTASH_REDIS_REST_URL: url, NEARSIDE_ON_STORE_ERROR: given } = settings
  return storeUsers.some((name) => settings[name] !== '') || (url !== '' && given !== '')
}

function readCaps(settings: Settings): readonly CapTerms[] {
  const cap = (
    name: 'NEARSIDE_BUDGET_DAY_USD' | 'NEARSIDE_BUDGET_MONTH_USD',
    window: 'day' | 'month',
  ): CapTerms[] =>
    settings[name] === '' ? [] : [{ scope: 'account', window, limit: parseUsd(settings[name], name) }]
  return [...cap('NEARSIDE_BUDGET_DAY_USD', 'day'), ...cap('NEARSIDE_BUDGET_MONTH_USD', 'month')]
}

function readBudgets(
  settings: Settings,
  host: EnvironmentStore | null,
): Pick<NearsideOptions, 'budgets' | 'budgetsZone' | 'onStoreError' | 'storedCaps'> {
  const kept = readRedis(settings) ?? host
  if (kept === null) {
    throw wrong(
      'BUDGET_LEDGER',
      'must be bound, or UPSTASH_REDIS_REST_URL set, where a budget or a limit is: nothing else would keep it',
    )
  }
  refuseUnkept(settings, kept)
  const given = settings.NEARSIDE_ON_STORE_ERROR
  if (given === '') {
    throw wrong(
      'NEARSIDE_ON_STORE_ERROR',
      'must be chosen where a budget or a limit is set: refuse, or an amount such as $0.50',
    )
  }
  return {
    budgets: kept.store,
    ...(kept.storedCaps === undefined ? {} : { storedCaps: kept.storedCaps }),
    budgetsZone: kept.zone,
    onStoreError: given === 'refuse' ? 'refuse' : { allow: parseUsd(given, 'NEARSIDE_ON_STORE_ERROR') },
  }
}

/** Where no request may be counted, a budget would refuse every call that costs money. */
function refuseUnkept(settings: Settings, { zone }: EnvironmentStore): void {
  const level = settings.NEARSIDE_PRIVACY || 'public'
  if (mayGo({ level, providers: words(settings.NEARSIDE_PROVIDERS) }, zone)) return
  const provider = zone.slice('provider:'.length)
  const cure =
    level === 'contractual'
      ? `Name ${provider} in NEARSIDE_PROVIDERS if the contract does, set no budget, or`
      : 'Set no budget, or'
  throw wrong(
    'NEARSIDE_PRIVACY',
    `is ${level}, and the budget is kept in ${zone}, where such a request may not be counted: every priced call ` +
      `would be refused. ${cure} keep it on your own ground: in the memory of \`nearside serve\`, or in a Redis ` +
      'that NEARSIDE_REDIS_ZONE declares premises',
  )
}
