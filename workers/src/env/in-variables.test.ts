/** Whatever is wrong with a variable, the one who set it reads its name: every variable, with values that it does not take. */
import { isNearsideError, NearsideError, type TextHeads } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { memoryBudgetStore } from '../budget/memory-store.ts'
import { mapReduce } from '../map-reduce/map-reduce.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { cascade } from '../run/cascade.ts'
import { consistency } from '../run/consistency.ts'
import { inVariables, readEnvironment } from './read-environment.ts'
import type { Settings } from './settings.ts'

type Variables = { readonly [name in keyof Settings]?: string }

const secret = 's'.repeat(32)
const right: Variables = { NEARSIDE_KEYS: `acme=${'cd'.repeat(32)}`, OPENAI_API_KEY: 'sk-test' }
const local: Variables = { NEARSIDE_LOCAL_URL: 'http://10.0.0.5/v1' }
const fleet: Variables = { NEARSIDE_LOCAL_URL: 'http://10.0.0.5/v1,http://10.0.0.6/v1' }
const redis: Variables = {
  UPSTASH_REDIS_REST_URL: 'https://redis.example',
  UPSTASH_REDIS_REST_TOKEN: 'token-of-the-database',
}
const refuse: Variables = { NEARSIDE_ON_STORE_ERROR: 'refuse' }
const budget: Variables = { ...refuse, NEARSIDE_BUDGET_DAY_USD: '5' }
const managed: Variables = { ...redis, ...refuse, NEARSIDE_KEY_SECRET: secret }
const sealed: Variables = { ...redis, NEARSIDE_SEAL_SECRET: secret }
const otlp: Variables = { NEARSIDE_OTLP_URL: 'https://collector.example' }
const judge: Variables = { ...refuse, NEARSIDE_JUDGE_SHARE: '0.1', NEARSIDE_JUDGE_DAY_USD: '1' }
const alert: Variables = { ...budget, NEARSIDE_ALERT_URL: 'https://alerts.example' }
const cache: Variables = { ...sealed, NEARSIDE_CACHE: 'redis' }

type Case = readonly [value: string, beside?: Variables]

/** A variable that takes any text has no case: what is no text is none of its values either. */
const wrongValues: { readonly [name in keyof Settings]: readonly Case[] } = {
  NEARSIDE_KEYS: [
    [''],
    ['acme'],
    ['acme=sk-raw'],
    [`a b=${'cd'.repeat(32)}`],
    [`${'a'.repeat(65)}=${'cd'.repeat(32)}`],
    [`a=${'cd'.repeat(32)},b=${'cd'.repeat(32)}`],
  ],
  NEARSIDE_KEY_SECRET: [['short', managed], [secret], [secret, { NEARSIDE_OPEN: 'loopback' }]],
  NEARSIDE_KEY_SECRET_PREVIOUS: [['short', managed], [secret]],
  NEARSIDE_KEY_RECHECK_SECONDS: [['soon', managed], ['99999', managed], ['30']],
  NEARSIDE_SEAL_SECRET: [['short', redis], ['short', { ...redis, NEARSIDE_RESPONSES_DAYS: '7' }], [secret]],
  NEARSIDE_SEAL_SECRET_PREVIOUS: [
    ['short', sealed],
    ['short', { ...sealed, NEARSIDE_RESPONSES_DAYS: '7' }],
    [secret],
  ],
  NEARSIDE_CACHE: [['disk', sealed], ['memory'], ['kv', sealed], ['redis', { NEARSIDE_SEAL_SECRET: secret }]],
  NEARSIDE_CACHE_SECONDS: [['0', cache], ['2592001', cache], ['an hour', cache], ['60']],
  NEARSIDE_CACHE_WHEN_SAMPLING: [['keep', cache], ['store']],
  NEARSIDE_CACHE_ALIKE: [['yes', cache], ['true']],
  NEARSIDE_SESSION_SECRET: [['short']],
  NEARSIDE_SESSION_SECRET_PREVIOUS: [['short', { NEARSIDE_SESSION_SECRET: secret }], [secret]],
  NEARSIDE_RESPONSES_DAYS: [['0', sealed], ['366', sealed], ['week', sealed], ['7', redis], ['7']],
  NEARSIDE_SKILLS: [['sums'], ['bases,bases'], ['none', { OPENAI_API_KEY: '' }]],
  NEARSIDE_ALERT_URL: [['alerts.example', budget], ['https://alerts.example']],
  NEARSIDE_ALERT_SECRET: [['short', alert], [secret]],
  NEARSIDE_OTLP_URL: [['collector.example'], ['ftp://collector.example']],
  NEARSIDE_OTLP_HEADERS: [['token', otlp], ['a b=c', otlp], ['a=ü\u{1F600}', otlp], ['a=b']],
  NEARSIDE_OTLP_ZONE: [['onprem', otlp], ['premises']],
  NEARSIDE_OTLP_SERVICE: [['gateway']],
  NEARSIDE_JUDGE_SHARE: [
    ['2', judge],
    ['0', judge],
    ['some', judge],
    ['0.1'],
    ['0.1', { ...judge, OPENAI_API_KEY: '' }],
  ],
  NEARSIDE_JUDGE_MODEL: [['no-such-model', judge], ['gpt-5']],
  NEARSIDE_JUDGE_DAY_USD: [['one', judge], ['-1', judge], ['1']],
  NEARSIDE_JUDGE_LEVEL: [['2', judge], ['high', judge], ['0.8']],
  NEARSIDE_JUDGE_MOVES: [['yes', judge], ['true']],
  NEARSIDE_OPEN: [['world'], ['loopback']],
  NEARSIDE_FRONTIER_URL: [
    ['api.example'],
    ['ftp://api.example/v1'],
    ['https://user:pass@api.example/v1'],
    ['https://api.example/v1?key=1'],
  ],
  NEARSIDE_FRONTIER_KEY: [['sk with spaces'], ['sk-ü']],
  NEARSIDE_FRONTIER_MODELS: [
    ['no-such-model'],
    ['gpt-5,no-such-model'],
    ['gpt 5'],
    [','],
    ['gpt-5', { OPENAI_API_KEY: '' }],
  ],
  NEARSIDE_FRONTIER_EMBEDDINGS: [['no-such-model'], ['em bed'], ['e', { OPENAI_API_KEY: '' }]],
  OPENAI_API_KEY: [['sk with spaces'], ['sk-ü']],
  NEARSIDE_LOCAL_URL: [
    ['10.0.0.5:8788'],
    ['http://10.0.0.5/v1,10.0.0.6'],
    ['http://10.0.0.5/v1 http://10.0.0.6/v1'],
    ['http://10.0.0.5/v1#here'],
  ],
  NEARSIDE_LOCAL_SECRET: [['two words', local], ['two words', fleet], ['s']],
  NEARSIDE_LOCAL_MODELS: [['two words', local], ['two words', fleet], [',', local], ['small']],
  NEARSIDE_LOCAL_EMBEDDINGS: [['two words', local], ['two words', fleet], ['e']],
  NEARSIDE_LOCAL_CONTEXT_TOKENS: [['8k', local], ['0', local], ['1000000001', local], ['8192']],
  NEARSIDE_LOCAL_TAKES: [['audio', local], ['tools']],
  NEARSIDE_LOCAL_ZONE: [['onprem', local], ['gateway', local], ['onprem', fleet], ['premises']],
  NEARSIDE_ALIASES: [['gpt-4o'], ['gpt-4o=atuo'], ['gpt 4o=auto']],
  NEARSIDE_PRICES: [
    ['free'],
    ['5'],
    ['[]'],
    ['{"large":5}'],
    ['{"large":{"prices":[{"since":"today","prompt":1,"output":4}]}}'],
    ['{"large":{"prices":[{"since":"2026-01-01","prompt":-1,"output":4}]}}'],
  ],
  NEARSIDE_PRIVACY: [['private'], ['never-leave', budget]],
  NEARSIDE_PROVIDERS: [],
  NEARSIDE_DETECT: [['yes'], ['rules', { NEARSIDE_PRIVACY_RULES: '{}' }]],
  NEARSIDE_REDACT: [['yes'], ['true', { NEARSIDE_PRIVACY_RULES: '{}' }]],
  NEARSIDE_ATTACKS: [['injection'], ['injection=forbid'], ['spam=block']],
  NEARSIDE_PRIVACY_RULES: [
    ['detect'],
    ['[]'],
    ['{"detect":"yes"}'],
    ['{"detekt":true}'],
    ['{"accounts":{"acme":{"detekt":true}}}'],
    ['{"attacks":{"spam":"block"}}'],
  ],
  NEARSIDE_EDGE_MAY_SEE: [['no']],
  NEARSIDE_BUDGET_DAY_USD: [
    ['five', refuse],
    ['-5', refuse],
    ['1e30', refuse],
    ['99999999999999', refuse],
  ],
  NEARSIDE_BUDGET_MONTH_USD: [
    ['five', refuse],
    ['-5', refuse],
    ['99999999999999', refuse],
  ],
  NEARSIDE_LIMIT_REQUESTS_MINUTE: [
    ['0', refuse],
    ['1.5', refuse],
  ],
  NEARSIDE_LIMIT_TOKENS_MINUTE: [
    ['0', refuse],
    ['1.5', refuse],
  ],
  NEARSIDE_LIMIT_CONCURRENT: [
    ['0', refuse],
    ['1.5', refuse],
  ],
  NEARSIDE_ON_STORE_ERROR: [
    ['allow', { NEARSIDE_BUDGET_DAY_USD: '5' }],
    ['-1', { NEARSIDE_BUDGET_DAY_USD: '5' }],
    ['refuse'],
    ['', { NEARSIDE_BUDGET_DAY_USD: '5' }],
  ],
  UPSTASH_REDIS_REST_URL: [
    ['redis://redis.example', { ...redis, ...budget }],
    ['redis.example', { ...redis, ...budget }],
    ['', { ...redis, ...budget }],
    ['redis.example', managed],
    ['redis.example', sealed],
    ['redis.example', { ...sealed, NEARSIDE_RESPONSES_DAYS: '7' }],
    ['redis.example', cache],
    ['redis.example', alert],
  ],
  UPSTASH_REDIS_REST_TOKEN: [
    ['', { ...redis, ...budget }],
    ['', managed],
    ['', sealed],
    ['', { ...sealed, NEARSIDE_RESPONSES_DAYS: '7' }],
    ['', cache],
  ],
  NEARSIDE_REDIS_ZONE: [
    ['onprem', { ...redis, ...budget }],
    ['onprem', managed],
    ['onprem', sealed],
    ['onprem', { ...sealed, NEARSIDE_RESPONSES_DAYS: '7' }],
    ['onprem', cache],
    ['premises'],
  ],
  NEARSIDE_STORE_MS: [['99', redis], ['10001', redis], ['soon', redis], ['500']],
  NEARSIDE_POLICY: [
    ['near'],
    ['[]'],
    ['{"frontierFrom":2}'],
    ['{"frontierFram":0.5}'],
    ['{"strategy":"best"}'],
    ['{"tasks":{"code":{"frontierFrom":"high"}}}'],
    ['{"strategy":"execute-verify-advise"}'],
    ['{"clampOutput":"yes"}'],
    ['{"strategy":"domain"}'],
    ['{"localPromptTokens":0}'],
    ['{"mapReduce":{"calls":0}}'],
    ['{"tasks":{"nonsense":{}}}'],
    ['{"supervision":{"nonsense":1}}'],
  ],
  NEARSIDE_WHEN_SPENT: [
    ['free', budget],
    ['nearer'],
    ['nearer', { ...budget, NEARSIDE_POLICY: '{"whenSpent":"refuse"}' }],
  ],
  NEARSIDE_CLAMP_OUTPUT: [
    ['yes', budget],
    ['true'],
    ['true', { ...budget, NEARSIDE_POLICY: '{"clampOutput":true}' }],
  ],
  NEARSIDE_ON_HANG_UP: [['stop']],
}

const host = { store: memoryBudgetStore(), zone: 'provider:cloudflare' } as const
/** Never asked: what is wrong is refused before a text is looked at. */
const heads = (): TextHeads => ({}) as TextHeads

function refusalOf(env: Readonly<Record<string, unknown>>): { param: string | null; message: string } | null {
  try {
    const read = readEnvironment(env, host, heads)
    resolveOptions({
      ...read,
      strategies: [cascade(), consistency(), mapReduce(), ...(read.strategies ?? [])],
    })
    return null
  } catch (error) {
    if (!isNearsideError(error) || error.code !== 'bad-options') throw error
    return inVariables(error)
  }
}

const names = Object.keys(wrongValues) as (keyof Settings)[]

describe('TRUST 31: a variable that is wrong is refused by its name', () => {
  it.each(
    names.flatMap((name) => wrongValues[name].map(([value, beside]) => [name, value, beside ?? {}] as const)),
  )('%s = %j, beside %o', (name, value, beside) => {
    const refusal = refusalOf({ ...right, ...beside, [name]: value })
    expect(refusal?.message).toContain(name)
    expect(refusal?.param).toMatch(/^(?:NEARSIDE|OPENAI|UPSTASH)_/)
  })

  it.each(names)('%s, where it is no text', (name) => {
    expect(refusalOf({ ...right, [name]: 5 })?.param).toBe(name)
  })
})

it('names what a price is missing for, and the variable that takes it', () => {
  expect(refusalOf({ ...right, NEARSIDE_FRONTIER_MODELS: 'gpt-5,llama-3.3-70b' })?.message).toBe(
    'NEARSIDE_FRONTIER_MODELS[1].price is needed: the catalogue has none for llama-3.3-70b, and unknown is not free. ' +
      'NEARSIDE_PRICES takes it.',
  )
})

it('leaves a fault of no variable as it is', () => {
  for (const fault of [
    new NearsideError('bad-options', 'deadlines.totalMs is too long.', { param: 'deadlines.totalMs' }),
    new NearsideError('bad-request', 'keys is no field.', { param: 'keys' }),
    new NearsideError('bad-options', 'Nothing.'),
  ])
    expect(inVariables(fault)).toBe(fault)
})
